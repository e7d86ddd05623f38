# bash: loops, arithmetic, strings, arrays, functions; no commands but builtins.
declare -A seen
sum=0

for ((i = 0; i < 60000; i++)); do
	((sum = (sum * 31 + i) % 1000003))
done

text=
for ((i = 0; i < 2000; i++)); do
	word=w$((i * 7919 % 512))
	seen[$word]=$((${seen[$word]:-0} + 1))
	text+="$word "
done
for word in $text; do
	case $word in
	w1*) ((sum += 1)) ;;
	*[02468]) ((sum += 2)) ;;
	esac
	sum=$((sum + ${#word}))
done

gcd() {
	local a=$1 b=$2 t
	while ((b)); do
		t=$((a % b)) a=$b b=$t
	done
	result=$a
}
for ((i = 1; i < 1500; i++)); do
	gcd "$((i * 113))" 5040
	sum=$((sum + result))
done

upper=${text^^}
echo "$sum ${#seen[@]} ${#upper} ${upper//W1/x:}" | {
	read -r first second third rest
	echo "$first $second $third ${#rest}"
}
