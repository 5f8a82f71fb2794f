// Both sites from one command, as the README starts them, with a fresh folder of data; and what their operators do.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../../../", import.meta.url).pathname;

/** A built program: `PROGRAMS` names the folder, else it is where cargo puts what is built with --release. */
function program(name) {
  const path = join(process.env.PROGRAMS ?? join(root, "target/release"), name);
  if (!existsSync(path)) throw new Error(`${path} is missing; build it: cargo build --release -p examples -p shop-site`);
  return path;
}

/** Starts a program that prints a line with its address, matched by `line`, once it answers: `count` of them. */
async function launch(name, parameters, line, count) {
  const child = spawn(program(name), parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const urls = {};
  await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      for (const [, site, url] of text.matchAll(line)) urls[site] = url;
      if (Object.keys(urls).length === count) resolve();
    });
    ended.then((code) => reject(new Error(`${name} ended with ${code}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { urls, stop };
}

/** A way to the bank that can be closed: what is sent then arrives nowhere and is answered by nobody. */
async function gate(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  let closed = false;
  const server = createServer((near) => {
    open.add(near);
    near.on("error", () => {}).on("close", () => open.delete(near));
    if (closed) return;
    const far = connect(Number(port), hostname).on("error", () => near.destroy());
    near.on("data", (chunk) => { if (!closed) far.write(chunk); }).on("end", () => far.end());
    far.on("data", (chunk) => { if (!closed) near.write(chunk); }).on("end", () => near.end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    shut: () => { closed = true; },
    stop: () => { for (const socket of open) socket.destroy(); server.close(); },
  };
}

/** Starts both sites on free ports. `stop` ends them and removes their data. */
export async function start(settings = []) {
  const data = mkdtempSync(join(tmpdir(), "browser-checks-"));
  const stops = [() => rmSync(data, { recursive: true, force: true })];
  const stop = async () => { while (stops.length) await stops.pop()(); };
  const path = (name) => join(data, name);
  let sites;
  try {
    sites = await launch("quickstart", ["--bank-listen", "127.0.0.1:0", "--shop-listen", "127.0.0.1:0", "--data-dir", data, ...settings], /^(bank|shop): (http\S+)$/gm, 2);
    stops.push(sites.stop);
  } catch (error) {
    await stop();
    throw error;
  }
  const bank = (...words) => execFileSync(program("bank-site"), [...words, "--database", path("bank.db")], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const operate = (...words) => execFileSync(program("shop-site"), [...words, "--database", path("shop.db")], { encoding: "utf8" });
  return {
    ...sites.urls,
    stop,
    /** The shop's secret at the bank, with which it charges customers. */
    merchantKey: () => readFileSync(path("shop-at-bank.key"), "utf8").trim(),
    /** The bank's operator makes a merchant: its secret. */
    merchant: (name) => bank("create-merchant", name).match(/[0-9a-f]{64}/)[0],
    /** The shop's operator sends an order off. */
    ship: (number) => operate("ship", String(number)),
    /** The shop's operator makes a discount code. */
    discount: (code) => operate("discounts", "add", code, "--percent", "10"),
    /** The shop's operator changes prices and stocks: rows of the catalogue file, changed. */
    restock(changes) {
      const [head, ...rows] = readFileSync(join(root, "shop-site/catalogue.csv"), "utf8").split("\n");
      const changed = rows.filter((row) => changes[row.split(",")[0]]).map((row) => {
        const { price, stock, name, specification } = changes[row.split(",")[0]];
        const renamed = row.replace(/^([^,]+),([^,]+)/, (_, sku, was) => `${sku},${name ?? was}`);
        const told = specification ? renamed.replace(/",(?=[a-z]+=)/, `",${specification};`) : renamed;
        return told.replace(/^([^,]+,[^,]+,[^,]+,[^,]+),([^,]+),([^,]+)/, (_, front, was, had) => `${front},${price ?? was},${stock ?? had}`);
      });
      writeFileSync(path("restock.csv"), `${[head, ...changed].join("\n")}\n`);
      operate("import", path("restock.csv"));
    },
    /** What matches in a mail to this address, as soon as there is one: mails leave after the request that they tell of. */
    async mailed(address, pattern) {
      for (let looks = 0; looks < 100; looks += 1) {
        const mails = readdirSync(path("mail")).filter((name) => name.endsWith(".eml")).map((name) => readFileSync(join(path("mail"), name), "utf8"));
        // Quoted-printable breaks long lines by "=" and writes that itself as "=3D".
        const texts = mails.filter((mail) => mail.includes(address)).map((mail) => mail.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "="));
        const found = texts.map((text) => text.match(pattern)).find(Boolean);
        if (found) return found[0];
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`no mail to ${address} has ${pattern}`);
    },
    /** A second shop on the same bank, which can be cut off from it. */
    async cuttableShop() {
      const way = await gate(sites.urls.bank);
      stops.push(way.stop);
      const shop = await launch("shop-site", [
        "serve", "--listen", "127.0.0.1:0", "--database", path("second-shop.db"), "--bank-url", way.url,
        "--bank-pages-url", sites.urls.bank, "--bank-api-key-file", path("shop-at-bank.key"), "--log-filter", "error",
      ], /^The (shop) is open at (http\S+)$/gm, 1);
      stops.push(shop.stop);
      return { url: shop.urls.shop, cutOff: way.shut };
    },
  };
}
