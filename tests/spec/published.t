#!/usr/bin/env python3
"""spec/wali.def and spec/aux.def say what the published tables say, and what the kernel's headers say."""

import csv
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "spec"))
import walidef  # noqa: E402

ISAS = ("x86_64", "aarch64", "riscv64")
# Native numbers where the published tables and the kernel disagree: 151 is setfsuid, riscv64 has only
# renameat2, and asm-generic numbers nfsservctl for all.
CORRECTED = {("getpgrp", "aarch64"), ("getpgrp", "riscv64"), ("renameat", "riscv64"), ("nfsservctl", "riscv64")}
# The kernel calls it by another name.
KERNEL_NAMES = {"fadvise": "fadvise64"}

count = 0
failed = 0


def ok(good: bool, what: str, *why: str) -> None:
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good:
        for line in why:
            print(f"# {line}")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def words(cell: str) -> list[str]:
    return [] if cell == "-" else cell.split()


def compare(directory: Path, where: str) -> None:
    calls = {call.name: call for call in walidef.calls()}
    table = rows(directory / "syscalls.tsv")
    missing = [row["name"] for row in table if row["name"] not in calls]
    ok(not missing, f"{where}: every call is listed", *missing)
    table = [row for row in table if row["name"] in calls]

    wrong = []
    for row in table:
        if row["published"] == "yes":
            types = [param.type.lower() for param in calls[row["name"]].params]
            if types != words(row["wasm_params"]):
                wrong.append(f"{row['name']}: {types}, published {row['wasm_params']}")
    ok(not wrong, f"{where}: signatures are the published ones", *wrong)

    wrong = [row["name"] for row in table if (row["published"] == "yes") != (calls[row["name"]].status == "PUBLISHED")]
    ok(not wrong, f"{where}: PUBLISHED is what has been published", *wrong)

    wrong = []
    for row in table:
        for isa in ISAS:
            ours, published = calls[row["name"]].numbers[isa], int(row[f"nr_{isa}"])
            if (ours != published) != ((row["name"], isa) in CORRECTED):
                wrong.append(f"{row['name']}: {isa} {ours}, published {published}")
    ok(not wrong, f"{where}: native numbers, but for four that are mistaken", *wrong)

    functions = {function.name: function for function in walidef.aux()}
    wrong = []
    for row in rows(directory / "aux.tsv"):
        function = functions.pop(row["name"], None)
        if not function:
            wrong.append(f"{row['name']}: missing")
            continue
        types = [param.type.lower() for param in function.params]
        result = "-" if function.result == "VOID" else function.result.lower()
        if types != words(row["wasm_params"]) or result != row["wasm_result"]:
            wrong.append(f"{row['name']}: {types} -> {result}")
    wrong += [f"{name}: not published" for name in functions]
    ok(not wrong, f"{where}: support functions", *wrong)


def kernel_numbers(isa: str) -> dict[str, int]:
    """Of the headers that are installed for this ISA; empty if there are none."""
    command = ["clang-22", f"--target={isa}-linux-gnu", "-E", "-dM", "-x", "c", "-"]
    if Path(f"/usr/{isa}-linux-gnu/include").is_dir():
        command[2:2] = ["-isystem", f"/usr/{isa}-linux-gnu/include"]
    try:
        run = subprocess.run(command, input="#include <asm/unistd.h>\n", capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    macros = dict(re.findall(r"^#define (__NR\w+) (\w+)$", run.stdout, re.M))
    numbers = {}
    for name, value in macros.items():
        while value in macros:
            value = macros[value]
        if name.startswith("__NR_") and value.isdigit() and name != "__NR_syscalls":
            numbers[name.removeprefix("__NR_")] = int(value)
    return numbers


def compare_with_kernel(isa: str) -> None:
    numbers = kernel_numbers(isa)
    if not numbers:
        ok(True, f"{isa}: numbers are the kernel's # SKIP no kernel headers for it")
        return
    newest = max(number for number in numbers.values() if number < 1000)
    calls = walidef.calls()
    wrong = []
    for call in calls:
        number = numbers.get(KERNEL_NAMES.get(call.name, call.name), -1)
        # Headers may be older than the list.
        if number != call.numbers[isa] and not (number == -1 and call.numbers[isa] > newest) and call.numbers[isa] not in (335, 336):
            wrong.append(f"{call.name}: {call.numbers[isa]}, kernel {number}")
    if isa == "x86_64":
        listed = {KERNEL_NAMES.get(call.name, call.name) for call in calls}
        wrong += [f"{name}: not listed" for name in numbers if name not in listed]
    ok(not wrong, f"{isa}: numbers are the kernel's", *wrong)


def check_form() -> None:
    calls = walidef.calls()
    numbers = [call.numbers["x86_64"] for call in calls]
    ok(numbers == sorted(set(numbers)), "one line a call, in order")
    ok(len({call.name for call in calls}) == len(calls), "names are unique")
    wrong = [call.name for call in calls if call.how not in walidef.HOWS or call.status not in walidef.STATUSES]
    ok(not wrong, "HOW and STATUS are known words", *wrong)
    wrong = [call.name for call in calls if call.how in ("PASS", "BLOCK", "WAIT") and -1 in call.numbers.values()]
    ok(not wrong, "what passes through exists on all hosts", *wrong)
    wrong = [call.name for call in calls for param in call.params if param.kind in ("ARG", "STRV") and call.how in ("PASS", "BLOCK", "WAIT")]
    ok(not wrong, "what passes through has no pointers to pointers", *wrong)
    kinds = set(re.findall(r"^#define WALI_CLASS_(\w+)", (ROOT / "spec/params.h").read_text(), re.M))
    wrong = [f"{call.name}: {param.kind}" for call in calls for param in call.params if param.kind not in kinds]
    ok(not wrong, "kinds are known to params.h", *wrong)
    wrong = []
    for call in calls:
        names = {param.name for param in call.params} | {"ret"}
        for param in call.params:
            if param.kind in ("IN_OBJ", "OUT_OBJ", "INOUT_OBJ", "FLAGS", "ENUM"):
                continue
            lengths = param.args[1:] if "ARRAY" in param.kind else param.args
            wrong += [f"{call.name}: {word}" for arg in lengths for word in re.findall(r"[a-z_]\w*", arg) if word not in names]
    ok(not wrong, "lengths are made of parameters", *wrong)


def check_trace_names() -> None:
    names = set(re.findall(r'\{"(\w+)", set_', (ROOT / "runtime-lite/linux/trace_names.c").read_text()))
    used = {param.args[0] for call in walidef.calls() for param in call.params if param.kind in ("FLAGS", "ENUM")}
    ok(used <= names, "--trace knows the names of every set", *(used - names))
    # A set whose name is a macro would become its value.
    macros = "".join(f"int WALI_{name} = sizeof({name});\n" for name in sorted(used))
    headers = "fcntl.h unistd.h sys/socket.h sys/mman.h sys/mount.h sys/wait.h sched.h".split()
    source = "".join(f"#include <{header}>\n" for header in headers) + macros
    run = subprocess.run(["clang-22", "-D_GNU_SOURCE", "-E", "-P", "-"], input=source, capture_output=True, text=True)
    wrong = [name for name in used if f"int WALI_{name} = sizeof({name});" not in run.stdout]
    ok(not wrong, "names of sets are no macros", *wrong)


compare(ROOT / "spec/published", "spec/published")
shared = ROOT.parent / "shared/wali-abi"
if shared.is_dir():
    compare(shared, "the original tables")
for isa in ISAS:
    compare_with_kernel(isa)
check_form()
check_trace_names()
docs = subprocess.run([ROOT / "spec/docs", "--check"], capture_output=True, text=True)
ok(docs.returncode == 0, "docs/syscalls.md is up to date", docs.stderr.strip())
print(f"1..{count}")
sys.exit(failed != 0)
