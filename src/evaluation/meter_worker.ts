/** The worker that measures checkpoints beside training. */
import type { MeterMessage, MeterReport } from "../runs/meter.ts";
import { plainError } from "../runs/worker_messages.ts";
import { CheckpointMeter } from "./checkpoint_meter.ts";

let meter: CheckpointMeter | null = null;
let reports: MessagePort | null = null;

function tell(report: MeterReport): void {
  reports!.postMessage(report);
}

/** Says whether measuring can begin. */
async function begin({ order }: Extract<MeterMessage, { type: "begin" }>): Promise<void> {
  try {
    meter = await CheckpointMeter.open(order);
    tell({ type: "ready", deciding: meter.deciding });
  } catch (error) {
    tell({ type: "refused", error: plainError(error) });
  }
}

async function measure({ run, step }: Extract<MeterMessage, { type: "measure" }>): Promise<void> {
  try {
    tell({ type: "measured", step, figures: await meter!.measure(run, step) });
  } catch (error) {
    tell({ type: "failed", step, message: error instanceof Error ? error.message : String(error) });
  }
}

self.onmessage = async ({ data }: MessageEvent<MeterMessage>) => {
  if (data.type === "measure") return await measure(data);
  reports = data.reports;
  await begin(data);
};
