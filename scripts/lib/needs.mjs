import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Stop } from "./say.mjs";

const LEAST_NODE = [20, 19];

/** Throws a `Stop` naming the found and the needed version when this Node is older than 20.19. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  const old = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  if (old)
    throw new Stop(`Signalbox needs Node ${LEAST_NODE.join(".")} or newer, this is ${version}: see https://nodejs.org`);
}

/** Whether a program of this name can be run from the path. */
export function onPath(name, path = process.env.PATH ?? "") {
  return path.split(delimiter).some((dir) => dir !== "" && runnable(join(dir, name)));
}

function runnable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The command that installs these packages on this machine. */
export function installCommand(
  packages,
  { platform = process.platform, root = process.getuid?.() === 0, has = onPath } = {},
) {
  const list = packages.join(" ");
  const sudo = root ? "" : "sudo ";
  if (platform === "darwin") return `brew install ${list}`;
  if (has("apt-get")) return `${sudo}apt-get install -y ${list}`;
  if (has("dnf")) return `${sudo}dnf install -y ${list}`;
  if (has("pacman")) return `${sudo}pacman -S --noconfirm ${list}`;
  if (has("apk")) return `${sudo}apk add ${list}`;
  return `install ${list} with your system's package manager`;
}

/** Throws a `Stop` naming every missing program and the one command that installs them. */
export function checkPrograms(names, has = onPath) {
  const missing = names.filter((name) => !has(name));
  if (missing.length === 0) return;
  throw new Stop(
    `Signalbox needs ${missing.join(" and ")} on this machine. Install with: ${installCommand(missing, { has })}`,
  );
}
