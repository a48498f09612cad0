/** Lists of metrics as settings take them. */
import { z } from "zod";
import { parseMetricList } from "./names.ts";

/** `fcd,kid`: families with commas between, as `parseMetricList` reads them. */
export const MetricList = z.string().superRefine((text, context) => {
  try {
    parseMetricList(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.issues.push({ code: "custom", input: text, message: error.message });
  }
});
