// What the checks look for is planted here, one fault a page, and must be found: `npm test`.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { accessibility, validity } from "../lib/audits.mjs";
import { amounts } from "../lib/bank.mjs";
import { WIDTHS, launch, visitor } from "../lib/chromium.mjs";
import { pagePaths } from "../lib/visit.mjs";

const page = (main) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>
<link rel="icon" href="data:,"></head><body><main><h1>A page</h1>${main}</main></body></html>`;
const POLICY = "default-src 'self'; img-src 'self' data:";
let [server, browser, address] = [];
const pages = {};

before(async () => {
  server = createServer((request, response) => {
    const { html, status } = pages[request.url] ?? { html: "", status: 404 };
    response.writeHead(status, { "content-type": request.url.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8", "content-security-policy": POLICY });
    response.end(html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser.close();
  server.close();
});

/** Opens a page with this in its main part, and answers what was noted once everything has arrived. */
async function open(path, main, { javaScript = true } = {}) {
  pages[path] = { html: page(main), status: 200 };
  const { context, faults } = await visitor(browser, { javaScript });
  const opened = await context.newPage();
  await opened.goto(address + path, { waitUntil: "networkidle" });
  return { opened, faults, close: () => context.close() };
}

const noted = {
  "a script that fails": '<script src="/fails.js"></script>',
  "an error on the console": '<script src="/complains.js"></script>',
  "an inline style": '<p style="color: red">Red</p>',
  "an inline script": "<script>1 + 1</script>",
  "a picture that is not there": '<img src="/nothing.png" alt="">',
  "a picture from elsewhere": '<img src="http://127.0.0.1:9/picture.png" alt="">',
};

for (const [name, main] of Object.entries(noted)) {
  test(`${name} is noted`, async () => {
    pages["/fails.js"] = { html: "nobody.home();", status: 200 };
    pages["/complains.js"] = { html: "console.error('no');", status: 200 };
    const { faults, close } = await open(`/${name.replaceAll(" ", "-")}`, main);
    await close();
    assert.notDeepEqual(faults, []);
  });
}

test("what breaks the policy is noted without scripts as well", async () => {
  const { faults, close } = await open("/styled", '<p style="color: red">Red</p>', { javaScript: false });
  await close();
  assert.notDeepEqual(faults, []);
});

test("a page without faults has none", async () => {
  const { opened, faults, close } = await open("/good", "<p>Words</p>");
  const { faults: found, kept } = await accessibility(opened, { theme: "light", width: WIDTHS.phone });
  await close();
  assert.deepEqual([faults, found, await validity(pages["/good"].html)], [[], [], []]);
  assert.ok(kept > 10);
});

test("axe finds a field without a name, and what is wider than its window", async () => {
  const { opened, close } = await open("/bad", '<input type="text"><pre>' + "wide ".repeat(200) + "</pre>");
  const { faults } = await accessibility(opened, { theme: "dark", width: WIDTHS.phone });
  await close();
  assert.ok(faults.some((fault) => fault.startsWith("axe label")), faults.join("\n"));
  assert.ok(faults.some((fault) => fault.includes("wider than a window")), faults.join("\n"));
});

test("html-validate finds an id that is there twice", async () => {
  const faults = await validity(page('<p id="a">A</p><p id="a">B</p>'));
  assert.ok(faults.some((fault) => fault.includes("no-dup-id")), faults.join("\n"));
});

test("amounts are read as both languages write them", () => {
  assert.deepEqual(amounts("Balance €1,250.00, out −€89.00, in +€3.10"), [125000, -8900, 310]);
  assert.deepEqual(amounts("Saldo 1.250,00 €, ab −89,00 €, am 12.11.2026"), [125000, -8900]);
});

test("the route tables can be read", () => {
  assert.ok(pagePaths("bank").includes("/accounts/:number"));
  assert.ok(pagePaths("shop").includes("/orders/:token"));
});
