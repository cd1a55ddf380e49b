// VipsamSegment: see ARCHITECTURE.md
