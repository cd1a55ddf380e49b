// The table of the level that is being compiled; TABLE and LEVEL are set by the including file.
const vk_kernels TABLE = {
    .level = LEVEL, .panel = PANEL, .packed_size = packed_size, .pack = pack, .product_work = product_work,
    .product = product, .product_transposed = product_transposed, .gelu = gelu, .exponential = exponential,
    .layer_norm = layer_norm, .softmax = softmax, .softmax_grid = softmax_grid, .softmax_columns = softmax_columns,
    .exponential_columns = exponential_columns, .transpose = transpose_any,
    .scale_rows = scale_rows, .scale_columns = scale_columns, .dot_columns = dot_columns, .dot_rows = dot_rows,
    .enlarge = enlarge, .mix = mix, .add_scaled = add_scaled, .add = add, .depthwise_row = depthwise_row,
};
