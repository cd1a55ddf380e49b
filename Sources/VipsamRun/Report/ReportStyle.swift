/// How the report's page looks: light or dark as the reader has it, one column on a narrow screen, no colour lost in print.
enum ReportStyle {
    static let text = """
        :root { color-scheme: light dark; --paper: #f6f6f4; --card: #fff; --ink: #222; --quiet: #6a6a6a; --line: #ddd;
          --failed: #b3261e; --review: #9a6700; --ok: #1a7f37; --skipped: #6a6a6a; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16171a; --card: #202226; --ink: #e8e8e6; --quiet: #9a9a9a;
          --line: #36383d; --failed: #ff8a80; --review: #e3b341; --ok: #56d364; --skipped: #9a9a9a; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem; max-width: 90rem; background: var(--paper); color: var(--ink);
          font: 15px/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
        h2 { display: inline; font-size: 1.1rem; }
        h3 { margin: 0; font-size: .95rem; font-weight: 600; overflow-wrap: anywhere; }
        .count, .time { color: var(--quiet); font-weight: 400; margin-left: .3rem; white-space: nowrap; }
        .chip { display: inline-block; padding: .1rem .7rem; border: 1px solid; border-radius: 1rem; }
        .chip.failed { color: var(--failed); } .chip.review { color: var(--review); }
        .chip.ok { color: var(--ok); } .chip.skipped { color: var(--skipped); }
        summary { cursor: pointer; margin: 1.2rem 0 .6rem; }
        header summary { margin: .3rem 0; color: var(--quiet); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; }
        dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
        article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--ok);
          border-radius: .4rem; padding: .7rem 1rem; margin: 0 0 .7rem; break-inside: avoid; }
        article.failed { border-left-color: var(--failed); } article.review { border-left-color: var(--review); }
        article.skipped { border-left-color: var(--skipped); }
        .strip { display: flex; flex-wrap: wrap; align-items: baseline; gap: .8rem; margin-top: .6rem; }
        figure { margin: 0; max-width: 100%; } figure a { display: block; }
        img { display: block; width: auto; height: auto; max-width: min(100%, 22.5rem); max-height: 180px;
          min-width: 2rem; min-height: 2rem; object-fit: contain; border: 1px solid var(--line); border-radius: .2rem; }
        img.tiny { image-rendering: pixelated; }
        figcaption { color: var(--quiet); font-size: .8rem; max-width: 15rem; overflow-wrap: anywhere; }
        pre { overflow-x: auto; background: var(--paper); padding: .5rem .7rem; border-radius: .3rem; margin: .5rem 0 0;
          font: 13px/1.4 ui-monospace, monospace; }
        .reason { margin: .3rem 0 0; color: var(--review); } .note { margin: .3rem 0 0; color: var(--quiet); }
        ul { margin: .5rem 0 0; padding: 0; list-style: none; columns: 18rem; font-size: .85rem; }
        li { overflow-wrap: anywhere; break-inside: avoid; } a { color: inherit; }
        @media print { body { max-width: none; padding: 0; } article { border-color: #999; } }
        """
}
