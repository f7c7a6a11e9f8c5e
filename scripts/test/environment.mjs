const FOREIGN =
  /^(ANTHROPIC_|OPENAI_|CLAUDE|CODEX_|SIGNALBOX_|RELAY_)|^(DATABASE_URL|REDIS_URL|PORT|HOST|LOG_LEVEL|TMUX|TMUX_PANE|NODE_ENV)$/;

/** The environment of the tests: this process's, without anything that points at a real relay, database, account or tmux. */
export function testEnv(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.test(name)));
}
