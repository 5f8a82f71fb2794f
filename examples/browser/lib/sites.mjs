// Both sites from one command, as the README starts them, with a fresh folder of data.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../../../", import.meta.url).pathname;

function program() {
  const candidates = [process.env.QUICKSTART, join(root, "target/release/quickstart"), join(root, "target/debug/quickstart")];
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error("build the quickstart first: cargo build --release -p examples --bin quickstart");
  return found;
}

/** Starts both sites on free ports. `stop` ends them and removes their data. */
export async function start(settings = []) {
  const data = mkdtempSync(join(tmpdir(), "browser-checks-"));
  const arguments_ = ["--bank-listen", "127.0.0.1:0", "--shop-listen", "127.0.0.1:0", "--data-dir", data, ...settings];
  const child = spawn(program(), arguments_, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const urls = {};
  try {
    await new Promise((resolve, reject) => {
      let text = "";
      child.stdout.on("data", (chunk) => {
        text += chunk;
        for (const [, site, url] of text.matchAll(/^(bank|shop): (\S+)$/gm)) urls[site] = url;
        if (urls.bank && urls.shop) resolve();
      });
      ended.then((code) => reject(new Error(`the program ended with ${code}`)));
    });
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { ...urls, data, stop };
}
