"use strict";
(function () {
	var table = document.getElementById("hosts");
	if (!table)
		return;
	var body = table.tBodies[0];
	var rows = Array.prototype.slice.call(body.rows);
	var keys = rows.map(function (row) {
		return row.cells[0].textContent.toLowerCase();
	});
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
		var order = rows.map(function (row, i) {
			return [value(row, column), i];
		});
		order.sort(function (a, b) {
			if (a[0] === b[0])
				return a[1] - b[1];
			return (a[0] < b[0] ? -1 : 1) * (down ? -1 : 1);
		});
		var part = document.createDocumentFragment();
		order.forEach(function (o) {
			part.appendChild(rows[o[1]]);
		});
		body.appendChild(part);
		Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
			th.removeAttribute("aria-sort");
		});
		header.setAttribute("aria-sort", down ? "descending" : "ascending");
	}

	function filter() {
		var want = box.value.trim().toLowerCase();
		var shown = 0;
		rows.forEach(function (row, i) {
			var hide = keys[i].indexOf(want) < 0 ||
				(failing.checked && Number(row.getAttribute("data-bad")) === 0);
			row.hidden = hide;
			shown += hide ? 0 : 1;
		});
		status.textContent = shown + " of " + rows.length;
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
	box.addEventListener("input", filter);
	failing.addEventListener("change", filter);
	window.addEventListener("hashchange", function () {
		open(location.hash.slice(1));
	});
	document.addEventListener("click", function (event) {
		var link = event.target.closest ? event.target.closest("a[href^='#h']") : null;
		if (link)
			open(link.getAttribute("href").slice(1));
	});
	filter();
	open(location.hash.slice(1));
}());
