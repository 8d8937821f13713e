// The page in a real browser. node page.cjs MODULES CHROMIUM SCREENSHOTS HOSTILE FEWER LARGE CHANGES
// Prints a line for each check: "ok NAME" or "not ok NAME: why".
"use strict";
const path = require("path");
const [modules, executable, shots, hostile, fewer, large, changes] = process.argv.slice(2);
const { chromium } = require(path.join(modules, "playwright-core"));
const axe = require(path.join(modules, "axe-core"));

const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

function check(ok, name, why) {
	console.log((ok ? "ok " : "not ok ") + name + (ok ? "" : ": " + JSON.stringify(why)).slice(0, 1500));
}

async function open(browser, file, options) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const seen = { requests: [], errors: [], dialogs: 0 };
	page.on("request", (r) => { if (!r.url().startsWith("file:") && !r.url().startsWith("data:")) seen.requests.push(r.url()); });
	page.on("console", (m) => { if (m.type() === "error") seen.errors.push(m.text()); });
	page.on("pageerror", (e) => seen.errors.push(String(e)));
	page.on("dialog", (d) => { seen.dialogs++; d.dismiss(); });
	await page.goto("file://" + file);
	return { context, page, seen };
}

async function looks(browser) {
	for (const scheme of ["light", "dark"]) {
		for (const width of [360, 800, 1400]) {
			const { context, page, seen } = await open(browser, changes,
				{ viewport: { width, height: 900 }, colorScheme: scheme });
			const name = scheme + ", " + width + " wide";
			const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
			check(overflow <= 0, name + ": nothing sticks out", overflow);
			check(seen.errors.length === 0 && seen.requests.length === 0, name + ": no error and no request", seen);
			// Evaluated in a world of its own: the page's policy lets no script in.
			await page.locator("details.host").first().evaluate((d) => { d.open = true; });
			await page.evaluate(axe.source + "; undefined").catch(() => {});
			const serious = await page.evaluate(async () => {
				const r = await window.axe.run(document, {});
				return r.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
					.map((v) => v.id + ": " + v.nodes[0].html.slice(0, 200));
			});
			check(serious.length === 0, name + ": axe-core finds no serious fault", serious);
			await page.screenshot({ path: path.join(shots, scheme + "-" + width + ".png"), fullPage: true });
			await context.close();
		}
	}
}

async function works(browser) {
	const { context, page, seen } = await open(browser, large, { viewport: { width: 1200, height: 900 } });
	const first = () => page.locator("#hosts tbody tr:not([hidden]) th").first().textContent();
	const count = () => page.locator("#count").textContent();
	const rows = await page.locator("#hosts tbody tr").count();
	check(await count() === rows + " of " + rows, "all " + rows + " hosts are shown", await count());
	await page.locator("#hosts thead button", { hasText: "Host" }).click();
	const sorted = await first();
	const names = await page.locator("#hosts tbody th").allTextContents();
	check(sorted === names.slice().sort()[0], "sorted by host", sorted);
	check(await page.locator("#hosts th[aria-sort=ascending]").count() === 1, "the order is said", "");
	await page.locator("#hosts thead button", { hasText: "5xx" }).click();
	const worst = await page.locator("#hosts tbody tr:not([hidden]) td:nth-child(6)").first().textContent();
	check(Number(worst) > 0, "sorted by 5xx", worst);
	await page.locator("#filter").fill("h77.");
	check(await first() === "h77.example", "filtered by name", await first());
	check((await count()).startsWith("1 of "), "... and counted", await count());
	await page.locator("#filter").fill("");
	await page.locator("#failing").check();
	const bad = await page.locator("#hosts tbody tr:not([hidden])").count();
	check(bad > 0 && bad < rows, "only failing ones", bad);
	await page.locator("#failing").uncheck();
	const visible = () => page.locator("#hosts tbody tr").evaluateAll((all) => all.filter((r) => r.offsetHeight > 0).length);
	check(await visible() === 200, "two hundred rows at first", await visible());
	await page.emulateMedia({ media: "print" });
	check(await visible() === rows, "... all of them on paper", await visible());
	await page.emulateMedia({ media: "screen" });
	await page.locator("#hosts tbody tr:not([hidden]) a").first().click();
	const open_ = await page.locator("details.host[open]").count();
	check(open_ === 1, "a click on a host opens what stands behind it", open_);
	check(await page.locator("details.host[open] table").first().isVisible(), "... its codes", "");
	check(seen.errors.length === 0 && seen.requests.length === 0, "no error and no request", seen);
	await page.locator("#more").click();
	check(await visible() === rows && !(await page.locator("#more").isVisible()), "the others when asked", await visible());
	await page.emulateMedia({ media: "print" });
	check(!(await page.locator("#tools").isVisible()), "no tools on paper", "");
	await context.close();
}

// What a person waits for, layout included: it may not grow faster than the number of hosts. The two pages take
// turns, so that whatever else the machine does slows both.
async function fluid(browser) {
	const pages = [];
	for (const file of [fewer, large])
		pages.push(await open(browser, file, { viewport: { width: 1200, height: 900 } }));
	const took = [[], []];
	for (let i = 0; i < 7; i++)
		for (const k of [0, 1])
			took[k].push(await pages[k].page.evaluate(() => {
				const box = document.getElementById("filter");
				const begin = performance.now();
				const step = (f) => { f(); document.body.offsetHeight; };
				step(() => document.querySelector("#hosts thead button").click());
				step(() => { box.value = "h7"; box.dispatchEvent(new Event("input")); });
				step(() => { box.value = ""; box.dispatchEvent(new Event("input")); });
				return performance.now() - begin;
			}));
	const [small, big] = took.map((t) => t.sort((a, b) => a - b)[3]);
	check(big / small < 10, "four times the hosts take " + (big / small).toFixed(1) + " times as long to sort, filter and clear (" +
		Math.round(big) + " ms)", took);
	for (const p of pages)
		await p.context.close();
}

async function without(browser) {
	const { context, page } = await open(browser, changes, { javaScriptEnabled: false });
	check(!(await page.locator("#tools").isVisible()), "without script: no dead tools", "");
	check(await page.locator("#hosts tbody tr").first().isVisible(), "without script: the table", "");
	await page.locator("details.host summary").first().click();
	check(await page.locator("details.host table").first().isVisible(), "without script: what stands behind a host", "");
	await context.close();
}

async function inert(browser) {
	const { context, page, seen } = await open(browser, hostile, {});
	const elements = await page.evaluate(() => Array.from(document.querySelectorAll("*")).map((e) => e.tagName).filter(
		(t) => ["IMG", "IFRAME", "OBJECT", "EMBED", "FORM", "BASE", "AUDIO", "VIDEO"].includes(t)));
	const handlers = await page.evaluate(() => Array.from(document.querySelectorAll("*")).filter(
		(e) => Array.from(e.attributes).some((a) => a.name.startsWith("on") || a.name === "style")).length);
	check(elements.length === 0 && handlers === 0, "hostile names make no elements and no handlers", { elements, handlers });
	check(await page.locator("script").count() === 1, "one script: ours", await page.locator("script").count());
	check(seen.dialogs === 0 && seen.errors.length === 0 && seen.requests.length === 0, "they run nothing and ask nobody", seen);
	await context.close();
}

(async () => {
	const browser = await chromium.launch({ executablePath: executable, args, chromiumSandbox: false });
	await looks(browser);
	await works(browser);
	await fluid(browser);
	await without(browser);
	await inert(browser);
	await browser.close();
})().catch((e) => { check(false, "the browser", String(e)); process.exitCode = 1; });
