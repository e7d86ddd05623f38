#!/bin/sh
# The sqlite3 shell on a database of 100,000 imported rows, and two processes on one database in WAL mode.
# Nothing here prints a number to more than 15 digits: SQLite rounds with long double, of which x86-64 has a shorter one.
# shellcheck disable=SC1091,SC2034,SC2154 # compare.sh defines and uses them
port=sqlite
. "$(dirname -- "$0")/compare.sh"

awk 'BEGIN {
	print "id,name,city,amount,note"
	for (i = 1; i <= 100000; i++) {
		h = (i * 7919) % 100003
		printf "%d,\"name %d, the %dth\",city%d,%d.%02d,%s\n", i, h, i % 97, h % 500, h % 1000, i % 100,
			i % 10 ? "plain" : "\"with \"\"quotes\"\" and ü\""
	}
}' >"$tmp/rows.csv"

sql() {
	program sqlite3 -batch "$@"
}
import() {
	sql test.db <<-'SQL'
		create table cities(name text primary key, country text);
		with recursive n(i) as (values(0) union all select i + 1 from n where i < 499)
			insert into cities select 'city' || i, char(65 + i % 26) from n;
		.mode csv
		.import ../rows.csv sales
		select count(*), min(length(name)), max(length(note)), round(sum(amount), 2) from sales;
	SQL
}
query() {
	sql -header test.db <<-'SQL'
		.mode column
		create index by_city on sales(city);
		create index by_amount on sales(cast(amount as real));
		analyze;
		explain query plan select * from sales where city = 'city7';
		select country, count(*) n, round(avg(cast(amount as real)), 3) mean, max(name)
			from sales join cities on cities.name = sales.city group by country order by mean desc;
		.mode quote
		select id, note, hex(note) from sales where id in (10, 11, 100000) order by id;
		select city, rank() over (order by n desc, city) r, n from (select city, count(*) n from sales group by city) limit 12;
		.mode json
		select json_group_array(id) ids from (select id from sales where city = 'city499' limit 5);
		select typeof(amount), printf('%.10g|%8d|%-8s|%q', 1.0 / 3, 42, 'left', 'it''s') f from sales limit 1;
		select printf('%.12f', sin(0.5)), printf('%.12f', pow(2, 0.5)), date(1e9, 'unixepoch'), strftime('%J', '2024-02-29'), random() = random();
		.mode box
		update sales set note = note || printf(' %d', id * 2) where city like 'city1%';
		delete from sales where id % 3 = 0;
		select changes(), total_changes();
		begin; delete from sales; rollback;
		savepoint a; insert into sales(id) values (-1); rollback to a; release a;
		select count(*) from sales;
		vacuum;
		pragma integrity_check;
		pragma page_count;
	SQL
}
# In a file of its own: how FTS5 divides its index depends on the size of a pointer.
full_text() {
	sql text-index.db <<-'SQL'
		attach 'test.db' as test;
		create virtual table ft using fts5(name, note);
		insert into ft select name, note from sales where id < 5000;
		select count(*) from ft where ft match 'quotes AND the';
		create virtual table boxes using rtree(id, x0, x1, y0, y1);
		insert into boxes select id, id % 100, id % 100 + 1, id / 1000, id / 1000 + 1 from sales;
		select count(*) from boxes where x0 > 10 and x1 < 20 and y0 > 5 and y1 < 10;
	SQL
}
dump() {
	sql test.db .dump | cksum && sql test.db '.backup copy.db' && sql copy.db 'pragma integrity_check' .schema &&
		sql test.db '.sha3sum' '.dbinfo' | grep -v 'data version'
}
errors() {
	sql test.db 'select * from nothing'
	sql test.db 'select'
	sql /nonexistent/directory/x.db 'create table t(a)'
	head -c 5000 test.db >cut.db
	sql cut.db 'pragma integrity_check'
	echo 'not a database, but a text that is long enough to be looked at' >text.db
	sql text.db 'select 1 from t'
	sql -readonly test.db 'create table no(a)'
}
# Two writers at once; then one process dies within a transaction and another recovers.
wal() {
	sql wal.db 'pragma journal_mode = wal' 'create table log(who, n, unique(who, n))'
	for who in one two; do
		for n in $(seq 200); do
			echo "begin immediate; insert into log values ('$who', $n); commit;"
		done | program sqlite3 -batch -cmd '.timeout 60000' wal.db &
		pids="${pids-} $!"
	done
	for pid in $pids; do
		wait "$pid" || echo "writer failed: $?"
	done
	sql wal.db 'select who, count(*), sum(n) from log group by who' 'pragma integrity_check'
	# shellcheck disable=SC2016 # the shell that sqlite3 starts expands it
	printf '%s\n' 'begin immediate;' "insert into log values ('dead', 1);" '.shell kill -9 $PPID' | sql wal.db
	sql wal.db "select count(*) from log where who = 'dead'" 'pragma wal_checkpoint(truncate)' 'pragma integrity_check'
}
interactive() {
	program sqlite3 -interactive <<-'SQL'
		create table t(a,
		b);
		insert into t values (1, 'x');
		select * from t;
		.tables
		.nonsense
		select sqlite_version();
	SQL
}

same 'create and import 100,000 rows of CSV' import
same 'index, join, window functions, update, integrity_check' query
same 'full-text search and R-tree' full_text
same 'dump, backup, checksum' dump
cmp -s "$tmp/native/copy.db" "$tmp/wasm/copy.db"
result $? 'the databases are the same, byte for byte'
same 'errors' errors
same 'WAL mode: two processes write, one dies' wal
(side=native && cd "$tmp" && program sqlite3 -batch wasm/test.db 'pragma integrity_check' | grep -qx ok)
result $? 'the native program reads what the other wrote'
same 'as if typed' interactive
finish
