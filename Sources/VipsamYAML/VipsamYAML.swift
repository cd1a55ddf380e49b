// VipsamYAML: see ARCHITECTURE.md
