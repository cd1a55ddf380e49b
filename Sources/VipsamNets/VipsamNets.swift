// VipsamNets: see ARCHITECTURE.md
