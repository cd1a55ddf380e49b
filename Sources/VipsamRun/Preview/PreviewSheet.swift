internal import VipsamKit

/// One step's result on a preview sheet.
struct PreviewCell {
    var title: String
    /// Nil where words are all there is.
    var picture: Sketch?
    /// Below the picture.
    var lines: [String] = []
    var isFailure = false
}

/// Cells in rows, each with its title above and its lines below.
struct PreviewSheet {
    /// Side of a cell's picture area, in pixels.
    let side: Int
    let columns: Int

    /// Lines below a picture; more are counted.
    private static let mostLines = 6
    private static let gap = 16
    private static let titleHeight = 24
    private static let lineHeight = 18
    private static let titleSize = 14
    private static let lineSize = 12
    private static let paper: Sketch.RGB = (246, 246, 244)
    private static let panel: Sketch.RGB = (232, 232, 229)
    private static let alarm: Sketch.RGB = (252, 225, 222)
    private static let ink: Sketch.RGB = (30, 30, 34)
    private static let quiet: Sketch.RGB = (84, 84, 92)
    private static let red: Sketch.RGB = (165, 20, 20)

    /// - Returns: 8-bit sRGB.
    func drawn(_ cells: [PreviewCell]) throws -> Pixels {
        let across = max(1, min(columns, cells.count))
        let cells = cells.map(Self.shortened)
        var heights: [Int] = []
        for start in stride(from: 0, to: cells.count, by: across) {
            let row = cells[start..<min(cells.count, start + across)]
            let picture = row.map { $0.picture?.height ?? side / 2 }.max() ?? 0
            let lines = row.map { $0.picture == nil ? 0 : $0.lines.count }.max() ?? 0
            heights.append(Self.titleHeight + picture + lines * Self.lineHeight + Self.gap)
        }
        var sheet = Sketch(
            width: across * (side + Self.gap) + Self.gap, height: heights.reduce(Self.gap, +), paper: Self.paper)
        var top = Self.gap
        for (index, cell) in cells.enumerated() {
            if index > 0, index % across == 0 { top += heights[index / across - 1] }
            draw(cell, on: &sheet, x: Self.gap + index % across * (side + Self.gap), y: top)
        }
        return try sheet.pixels()
    }

    private func draw(_ cell: PreviewCell, on sheet: inout Sketch, x: Int, y: Int) {
        let colour = cell.isFailure ? Self.red : Self.ink
        let title = Lettering(line: cell.title, size: Self.titleSize, mostWidth: side)
        sheet.write(title, x: x, y: y + 2, colour, mostWidth: side)
        let top = y + Self.titleHeight
        guard let picture = cell.picture else {
            sheet.fill(x: x, y: top, width: side, height: side / 2, cell.isFailure ? Self.alarm : Self.panel)
            let words = Lettering(cell.lines.joined(separator: "\n"), size: Self.lineSize + 1, wrap: side - 24)
            sheet.write(words, x: x + 12, y: top + 12, colour, mostWidth: side - 24, mostHeight: side / 2 - 24)
            return
        }
        sheet.lay(picture, x: x + (side - picture.width) / 2, y: top)
        for (number, line) in cell.lines.enumerated() {
            sheet.write(
                Lettering(line: line, size: Self.lineSize, mostWidth: side), x: x,
                y: top + picture.height + 4 + number * Self.lineHeight, Self.quiet, mostWidth: side)
        }
    }

    private static func shortened(_ cell: PreviewCell) -> PreviewCell {
        guard cell.lines.count > mostLines else { return cell }
        var cell = cell
        let rest = cell.lines.count - mostLines + 1
        cell.lines = cell.lines.prefix(mostLines - 1) + ["… and \(rest) more lines"]
        return cell
    }
}
