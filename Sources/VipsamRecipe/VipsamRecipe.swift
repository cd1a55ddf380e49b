// VipsamRecipe: see ARCHITECTURE.md
