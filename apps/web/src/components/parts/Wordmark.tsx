import classes from "./Wordmark.module.css";

/** The signal mast and the name. */
export function Wordmark() {
  return (
    <span className={classes.wordmark}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <rect x="5.5" y="1" width="9" height="13" rx="4.5" className={classes.head} />
        <circle cx="10" cy="5.4" r="1.9" className={classes.stop} />
        <circle cx="10" cy="9.9" r="1.9" className={classes.go} />
        <path d="M10 14v5M6.5 19h7" className={classes.mast} />
      </svg>
      Signalbox
    </span>
  );
}
