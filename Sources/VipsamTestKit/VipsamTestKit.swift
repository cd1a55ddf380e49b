// VipsamTestKit: see ARCHITECTURE.md
