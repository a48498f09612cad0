import type { JSX } from "preact";
import { formatScalar } from "../../format.ts";

/** One figure of everything that is compared. */
export interface FigureRow {
  readonly name: string;
  readonly note: string;
  /** One a column; null where it is not known. */
  readonly values: readonly (number | null)[];
  /** Columns with the best of them. */
  readonly best: readonly number[];
}

interface FiguresTableProps {
  readonly heading: string;
  readonly columns: readonly { readonly name: string; readonly note: string }[];
  readonly rows: readonly FigureRow[];
  /** What stands where a figure is not known. */
  readonly lacking?: string;
  readonly format?: (name: string, value: number) => string;
}

/** Figures beside each other; the best of a row says so. */
export function FiguresTable(props: FiguresTableProps): JSX.Element {
  const { heading, columns, rows, lacking = "not measured" } = props;
  const { format = (_name: string, value: number) => formatScalar(value) } = props;
  return (
    <div class="wide-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {columns.map(({ name, note }) => (
              <th scope="col" key={name} class="number">
                {name} <span class="muted numbers">{note}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, note, values, best }) => (
            <tr key={name}>
              <th scope="row">
                {name} <span class="muted">{note}</span>
              </th>
              {values.map((value, i) => (
                <td key={i} class="number numbers">
                  {value === null ? <span class="muted">{lacking}</span> : best.includes(i)
                    ? (
                      <b>
                        <span class="muted">best</span> {format(name, value)}
                      </b>
                    )
                    : format(name, value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
