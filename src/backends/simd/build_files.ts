/** File names of the two builds of the kernels, below `wasm/`. */
export const BUILD_FILES = { relaxed: "kernels_relaxed.wasm", plain: "kernels.wasm" } as const;
