// VipsamTensor: see ARCHITECTURE.md
