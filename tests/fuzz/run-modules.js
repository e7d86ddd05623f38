// What run-modules.c does, by node's engine: runs the exports of the modules that generate/ made.
'use strict';
const fs = require('fs');

// Messages of traps, to the classes that engines agree on.
const classes = [
	[/unreachable/, 'unreachable'],
	[/memory access|data segment|memory/, 'memory'],
	[/divide|unrepresentable|remainder/, 'arithmetic'],
	[/table|null function|signature|element/, 'table'],
	[/unaligned/, 'memory'],
	[/call stack/, 'stack'],
];

function run(fn) {
	try {
		return BigInt.asUintN(64, fn()).toString(16).padStart(16, '0');
	} catch (e) {
		if (e instanceof WebAssembly.Exception)
			return 'exception';
		const found = classes.find(([pattern]) => pattern.test(e.message));
		return 'trap ' + (found ? found[1] : e.message);
	}
}

for (const file of process.argv.slice(2)) {
	let exports;
	try {
		exports = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(file))).exports;
	} catch (e) {
		console.log(`${file} refused: ${e.message}`);
		continue;
	}
	const results = Object.keys(exports).filter(name => name !== 'memory').map(name => `${name}=${run(exports[name])}`);
	let hash = 14695981039346656037n;
	const words = new BigUint64Array(exports.memory.buffer), halves = new Int32Array(exports.memory.buffer);
	for (let i = 0; i < words.length; i++)
		if (halves[2 * i] | halves[2 * i + 1])
			hash = BigInt.asUintN(64, (hash ^ words[i]) * 1099511628211n);
	console.log(`${file} ${results.join(' ')} memory=${words.length}:${hash.toString(16)}`);
}
