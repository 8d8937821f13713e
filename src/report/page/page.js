"use strict";
(function () {
	var table = document.getElementById("hosts");
	if (!table)
		return;
	var body = table.tBodies[0];
	/* In the order in which they are shown. */
	var rows = Array.prototype.map.call(body.rows, function (row, i) {
		return { row: row, name: row.cells[0].textContent.toLowerCase(), place: i,
			bad: Number(row.getAttribute("data-bad")) > 0 };
	});
	/* Laying out thousands of rows takes longer than a person waits. */
	var few = 200;
	var most = few;
	var status = document.getElementById("count");
	var box = document.getElementById("filter");
	var failing = document.getElementById("failing");

	/* What is there without this script needs no tools. */
	document.getElementById("tools").hidden = false;

	function value(row, column) {
		var cell = row.cells[column];
		var v = cell.getAttribute("data-v");
		return v === null ? cell.textContent.toLowerCase() : Number(v);
	}

	function sortBy(column, header) {
		var down = header.getAttribute("aria-sort") !== "descending";
		if (column === 0)
			down = header.getAttribute("aria-sort") === "ascending";
		rows.forEach(function (r) {
			r.value = value(r.row, column);
		});
		rows.sort(function (a, b) {
			if (a.value === b.value)
				return a.place - b.place;
			return (a.value < b.value ? -1 : 1) * (down ? -1 : 1);
		});
		var part = document.createDocumentFragment();
		rows.forEach(function (r) {
			part.appendChild(r.row);
		});
		show();
		body.appendChild(part);
		Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
			th.removeAttribute("aria-sort");
		});
		header.setAttribute("aria-sort", down ? "descending" : "ascending");
	}

	function show() {
		var want = box.value.trim().toLowerCase();
		var found = 0;
		rows.forEach(function (r) {
			var hide = r.name.indexOf(want) < 0 || (failing.checked && !r.bad);
			r.row.hidden = hide;
			found += hide ? 0 : 1;
			r.row.className = found > most ? "later" : "";
		});
		status.textContent = found + " of " + rows.length;
		more.hidden = found <= most;
		more.textContent = "Show " + (found - most) + " more";
	}

	function open(id) {
		var target = id ? document.getElementById(id) : null;
		if (!target || target.tagName !== "DETAILS")
			return;
		target.open = true;
		target.scrollIntoView();
		target.querySelector("summary").focus({ preventScroll: true });
	}

	Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th, column) {
		var button = document.createElement("button");
		button.type = "button";
		button.textContent = th.textContent;
		th.textContent = "";
		th.appendChild(button);
		button.addEventListener("click", function () {
			sortBy(column, th);
		});
	});
	var more = document.createElement("button");
	more.type = "button";
	more.id = "more";
	table.parentNode.parentNode.insertBefore(more, table.parentNode.nextSibling);
	more.addEventListener("click", function () {
		most = Infinity;
		show();
	});
	box.addEventListener("input", show);
	failing.addEventListener("change", show);
	window.addEventListener("hashchange", function () {
		open(location.hash.slice(1));
	});
	document.addEventListener("click", function (event) {
		var link = event.target.closest ? event.target.closest("a[href^='#h']") : null;
		if (link)
			open(link.getAttribute("href").slice(1));
	});
	show();
	open(location.hash.slice(1));
}());
