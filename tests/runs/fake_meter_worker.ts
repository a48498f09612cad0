/** A meter's worker that computes nothing, with ways to refuse and to break down. */
import type { MeterMessage, MeterReport } from "../../src/runs/meter.ts";
import { plainError } from "../../src/runs/worker_messages.ts";
import { DECIDING, measured } from "./fake_meter.ts";

let reports: MessagePort;
const tell = (report: MeterReport) => reports.postMessage(report);

self.onmessage = ({ data }: MessageEvent<MeterMessage>) => {
  if (data.type === "measure") {
    if (data.step === 13) throw new Error("thrown in the meter");
    return tell(measured(data.step, data.step / 2));
  }
  reports = data.reports;
  const error = new RangeError("Cannot measure fcd: too few");
  if (data.order.samples === 1) return tell({ type: "refused", error: plainError(error) });
  tell({ type: "ready", deciding: DECIDING });
};
