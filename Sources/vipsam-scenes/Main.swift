import Foundation
import VipsamScenes

@main
struct Main {
    static func main() throws {
        for scene in [Scene.shelf(width: 1500, height: 1000), .product(width: 1200, height: 900), .fields(width: 1024, height: 1024)] {
            var data = Data("P6\n\(scene.width) \(scene.height)\n255\n".utf8)
            data.append(contentsOf: scene.rgb)
            try data.write(to: URL(fileURLWithPath: "/tmp/\(scene.name).ppm"))
            print(scene.name, scene.things.count)
        }
    }
}
