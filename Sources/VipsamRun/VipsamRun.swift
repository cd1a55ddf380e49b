// VipsamRun: see ARCHITECTURE.md
