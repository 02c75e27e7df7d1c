// Code of the consumer's own, which raftsim must leave alone.
static_assert(__cplusplus == 201703L, "compiled as the project says, not as raftsim is");

int main() {}
