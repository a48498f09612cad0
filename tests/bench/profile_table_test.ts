import { assertEquals } from "@std/assert";
import { profileLines } from "../../src/bench/profile_table.ts";

const origin = "ours" as const;

Deno.test("profileLines() tells kernels, their shapes and what is outside them", () => {
  const kernels = [
    { kernel: "Conv2D", shapes: "[8,4,4,3] [3,3,3,2]", origin, calls: 2, ms: 60 },
    { kernel: "Sum", shapes: "[9]", origin: "stock" as const, calls: 1, ms: 25 },
    { kernel: "Conv2D", shapes: "[2,4,4,3] [3,3,3,2]", origin, calls: 2, ms: 5 },
    { kernel: "Add", shapes: "[1]", origin, calls: 3, ms: 0.06 },
    { kernel: "Add", shapes: "[2]", origin: "left to stock" as const, calls: 2, ms: 0.04 },
    { kernel: "Conv2D", shapes: "[1,4,4,3] [3,3,3,2]", origin, calls: 2, ms: 0.02 },
  ];
  assertEquals(profileLines({ wallMs: 100, kernels }, 2), [
    "2 steps of 50.00 ms: kernels take 45.06 ms, what is outside them 4.94 ms (9.9 %); stock code " +
    "takes 12.52 ms (25.0 %)",
    "MS/STEP   SHARE  CALLS/STEP  MS/CALL  CODE                 KERNEL, INPUTS",
    "  32.51  65.0 %           3   10.837  ours                 Conv2D",
    "  30.00  60.0 %           1   30.000  ours                   [8,4,4,3] [3,3,3,2]",
    "   2.50   5.0 %           1    2.500  ours                   [2,4,4,3] [3,3,3,2]",
    "   0.01   0.0 %           1    0.010  ours                   1 more",
    "  12.50  25.0 %         0.5   25.000  stock                Sum [9]",
    "   0.05   0.1 %         2.5    0.020  ours, left to stock  Add",
  ]);
});
