// Walks through the inventory: each state in a window of its own, several at a time.
import { readFileSync } from "node:fs";
import { lanes, launch, visitor } from "./chromium.mjs";
import { start } from "./sites.mjs";
import { states } from "./states.mjs";
import { prepare } from "./world.mjs";

/** The value of `--name=value` or `--name value` on the command line. */
export function option(name) {
  const words = process.argv.slice(2);
  const found = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (found < 0) return undefined;
  return words[found].includes("=") ? words[found].split("=")[1] : words[found + 1];
}

/** The pages of a site's route table that can be looked at, parameters written `:name`. A file to download is no page. */
export function pagePaths(site) {
  const source = readFileSync(new URL(`../../../${site}-site/src/pages.rs`, import.meta.url), "utf8");
  const table = source.slice(source.indexOf("fn table()"), source.indexOf("pub fn page_paths"));
  const all = table.match(/^\s+\("\//gm)?.length ?? 0;
  const read = [...table.matchAll(/^\s+\("(\/[^"]*)",\s*(show|form|send)\(/gm)];
  if (read.length === 0 || read.length !== all) throw new Error(`the route table of ${site}-site is written in another way`);
  return read.filter(([, path, method]) => method !== "send" && !/\.\w+$/.test(path)).map(([, path]) => path);
}

/** Whether `path` is an address of the page `route`. A written part of a route counts before a parameter. */
function belongs(route, path, others) {
  const pattern = (text) => new RegExp(`^${text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll(/:\w+/g, "[^/]+")}$`);
  const literal = others.some((other) => other !== route && !other.includes(":") && other === path);
  return !literal && pattern(route).test(path);
}

/**
 * Visits every state, or those that `--only` names, and gives each open page to `look`. Answers what could not be reached,
 * what went wrong on the way, and, of a whole walk, which pages no state shows.
 */
export async function visitAll(options, look) {
  const sites = await start(["--development"]);
  const browser = await launch();
  const faults = [];
  const seen = { bank: [], shop: [] };
  let visited = 0;
  try {
    const world = await prepare(browser, sites, visitor);
    const only = option("only")?.split(",");
    const wanted = states(world).filter(({ name }) => !only || only.some((part) => name.includes(part)));
    if (wanted.length === 0) throw new Error(`no state is named like ${only}`);
    await lanes(wanted, async (state) => {
      const { context, faults: noted } = await visitor(browser, options);
      await context.addCookies(world.cookies[state.who]);
      const page = await context.newPage();
      page.site = sites[state.site];
      let answer;
      page.on("response", (response) => {
        if (response.request().isNavigationRequest() && response.status() !== 303) answer = response;
      });
      try {
        await state.go(page);
        await page.waitForLoadState("load");
        await page.locator(state.see).first().waitFor({ timeout: 5_000 });
        if (answer.status() !== state.status) throw new Error(`the status is ${answer.status()}, not ${state.status}`);
        const html = await answer.text();
        seen[state.site].push(new URL(page.url()).pathname);
        visited += 1;
        await look(page, state, html);
      } catch (error) {
        faults.push({ where: state.name, what: `cannot be looked at: ${error.message.split("\n")[0]}` });
      }
      for (const what of noted) faults.push({ where: state.name, what });
      await context.close();
    });
    if (!only) {
      for (const site of ["bank", "shop"]) {
        const routes = pagePaths(site);
        for (const route of routes) {
          if (!seen[site].some((path) => belongs(route, path, routes))) faults.push({ where: `${site}-site`, what: `no state shows ${route}` });
        }
      }
    }
  } finally {
    await browser.close();
    await sites.stop();
  }
  return { faults, visited };
}

/** Prints faults, the same of several places once; sets the exit code. */
export function report(faults, summary) {
  const places = group(faults);
  for (const [what, found] of places) {
    const where = [...new Set(found.map(({ where }) => where))];
    console.error(`${what}\n    in ${where.length}: ${where.slice(0, 6).join(", ")}${where.length > 6 ? ", …" : ""}`);
  }
  console.log(`${summary}: ${places.size} kinds of faults in ${faults.length} places`);
  process.exitCode = faults.length ? 1 : 0;
}

function group(faults) {
  const places = new Map();
  for (const fault of faults) places.set(fault.what, [...(places.get(fault.what) ?? []), fault]);
  return places;
}
