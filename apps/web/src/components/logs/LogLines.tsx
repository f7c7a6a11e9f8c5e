import { Button } from "@mantine/core";
import { memo, useLayoutEffect, useRef } from "react";
import { type LogRow, type LogText, marked } from "../../lib/log-lines.ts";
import classes from "./LogView.module.css";

interface Props {
  log: LogText | null;
  search: string;
  /** A line as a person reads it. */
  plain: (text: string) => string;
  wrap: boolean;
  following: boolean;
  /** Somebody scrolled up, to read what is there. */
  leave: () => void;
  older: () => Promise<void>;
  loadingOlder: boolean;
}

const nearEnd = 24;

/** The lines themselves: the newest in sight while they are followed, and in place while older ones are put before them. */
export function LogLines({ log, search, plain, wrap, following, leave, older, loadingOlder }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const last = useRef({ top: 0, height: 0, firstKey: 0 });
  const rows = log?.rows ?? [];
  const firstKey = rows[0]?.key ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new row or look may move the end
  useLayoutEffect(() => {
    const at = box.current;
    if (!at) return;
    if (following) at.scrollTop = at.scrollHeight;
    else if (firstKey < last.current.firstKey) at.scrollTop += at.scrollHeight - last.current.height;
    last.current = { top: at.scrollTop, height: at.scrollHeight, firstKey };
  }, [log, following, wrap]);

  const scrolled = () => {
    const at = box.current;
    if (!at) return;
    const up = at.scrollTop < last.current.top;
    last.current.top = at.scrollTop;
    if (up && following && at.scrollHeight - at.scrollTop - at.clientHeight > nearEnd) leave();
  };

  return (
    <div
      ref={box}
      className={classes.lines}
      data-wrap={wrap || undefined}
      role="log"
      aria-live="off"
      aria-label="Lines"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={scrolled}
    >
      {log?.earlier ? (
        <Button
          size="compact-xs"
          variant="default"
          className={classes.older}
          loading={loadingOlder}
          onClick={() => {
            leave();
            void older();
          }}
        >
          {search ? "Search older lines" : "Older lines"}
        </Button>
      ) : null}
      {log && !rows.length && !log.partial ? <p className={classes.none}>{nothingOf(log, search)}</p> : null}
      {rows.map((row) => (
        <Row key={row.key} row={row} search={search} plain={plain} />
      ))}
      {log?.partial ? <div className={classes.line}>{log.partial}</div> : null}
    </div>
  );
}

function nothingOf({ earlier }: LogText, search: string): string {
  if (!search) return "Nothing was written yet.";
  return earlier ? "No line has this text so far; older ones were not looked at." : "No line has this text.";
}

const Row = memo(function Row({
  row,
  search,
  plain,
}: {
  row: LogRow;
  search: string;
  plain: (text: string) => string;
}) {
  if (row.kind === "note") return <div className={classes.note}>{row.text}</div>;
  const text = plain(row.text);
  if (!search) return <div className={classes.line}>{text || "\u00a0"}</div>;
  let at = 0;
  return (
    <div className={classes.line}>
      {marked(text, search).map((part) => {
        at += part.text.length;
        return part.hit ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>;
      })}
    </div>
  );
});
