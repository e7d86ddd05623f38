// node run.js MODULE SIZE ROUNDS: as main.c, for V8.
const fs = require("fs");
const [path, size, rounds] = process.argv.slice(2);
const instance = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(path)), {});
const kernel = instance.exports.kernel;

console.log(BigInt.asUintN(64, kernel(size | 0)).toString(16).padStart(16, "0"));
for (let i = 0; i < (rounds | 0); i++) {
	const begin = process.hrtime.bigint();
	kernel(size | 0);
	console.log(String(process.hrtime.bigint() - begin));
}
