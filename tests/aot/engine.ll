; Functions as wali-aotc would compile them, written by hand: what engine.c calls. All are [i32] -> [i32].
; The context is their hidden argument on all ISAs; wali-aotc's code finds it through GS on x86-64.
; Offsets are those of abi.h: exec, helpers, shared and memory in a context; helpers by number, 8 bytes each.

declare i32 @wali_personality(...)

define internal ptr @helper(ptr %c, i64 %n) alwaysinline {
  %hp = getelementptr i8, ptr %c, i64 16
  %h = load ptr, ptr %hp
  %fp = getelementptr ptr, ptr %h, i64 %n
  %f = load ptr, ptr %fp
  ret ptr %f
}

; Looks at poll and unwind, as after every call of C.
define internal void @look(ptr %c) alwaysinline {
  br label %again
again:
  %xp = getelementptr i8, ptr %c, i64 8
  %x = load ptr, ptr %xp
  %both = load volatile i64, ptr %x
  %set = icmp ne i64 %both, 0
  br i1 %set, label %slow, label %done
slow:
  %f = call ptr @helper(ptr %c, i64 0)
  call void %f(ptr %c)
  br label %again
done:
  ret void
}

define void @compiled_entry(ptr %c, ptr %f, ptr %slots) uwtable section "compiled" {
  call void @look(ptr %c)
  %a = load i32, ptr %slots
  %r = call swiftcc i32 %f(ptr swiftself %c, i32 %a)
  store i32 %r, ptr %slots
  ret void
}

define swiftcc i32 @compiled_load(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %mp = getelementptr i8, ptr %c, i64 32
  %m = load ptr, ptr %mp
  %z = zext i32 %a to i64
  %p = getelementptr i8, ptr %m, i64 %z
  %v = load volatile i32, ptr %p
  ret i32 %v
}

define swiftcc i32 @compiled_throws(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %slots = alloca [2 x i64]
  store i32 %a, ptr %slots
  %f = call ptr @helper(ptr %c, i64 4)
  call void %f(ptr %c, i32 0, ptr %slots)
  unreachable
}

; For ever.
define swiftcc i32 @compiled_spins(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %g = alloca i32
  store volatile i32 0, ptr %g
  br label %loop
loop:
  %i = phi i32 [ 0, %0 ], [ %j, %loop ]
  %j = add i32 %i, %a
  %v = load volatile i32, ptr %g
  %stop = icmp ne i32 %v, 0
  br i1 %stop, label %done, label %loop
done:
  ret i32 %j
}

define swiftcc i32 @compiled_recurses(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %room = alloca [6 x i64]
  %b = add i32 %a, 1
  store volatile i32 %b, ptr %room
  %r = call swiftcc i32 @compiled_recurses(ptr swiftself %c, i32 %b)
  %s = load volatile i32, ptr %room
  %t = add i32 %r, %s
  ret i32 %t
}

define swiftcc i32 @compiled_divides(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %f = call ptr @helper(ptr %c, i64 1)
  call void %f(ptr %c, i32 8)
  unreachable
}

; By helpers->call to import 0.
define swiftcc i32 @compiled_hosts(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %slots = alloca [2 x i64]
  store i32 %a, ptr %slots
  %sp = getelementptr i8, ptr %c, i64 24
  %s = load ptr, ptr %sp
  %ip = getelementptr i8, ptr %s, i64 16
  %i = load ptr, ptr %ip
  %fp = getelementptr i8, ptr %i, i64 8
  %func = load ptr, ptr %fp
  %f = call ptr @helper(ptr %c, i64 2)
  call void %f(ptr %c, ptr %func, ptr %slots)
  call void @look(ptr %c)
  %r = load i32, ptr %slots
  ret i32 %r
}

; memory.fill of 8 bytes there
define swiftcc i32 @compiled_fills(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" {
  %f = call ptr @helper(ptr %c, i64 9)
  call void %f(ptr %c, i32 0, i32 %a, i32 1, i32 8)
  call void @look(ptr %c)
  %r = call swiftcc i32 @compiled_load(ptr swiftself %c, i32 %a)
  ret i32 %r
}

; Calls function a / 65536 with a % 65536 and returns what the exception has, plus 1000.
define swiftcc i32 @compiled_catches(ptr swiftself %c, i32 %a) uwtable noinline section "compiled" personality ptr @wali_personality {
  %n = lshr i32 %a, 16
  %b = and i32 %a, 65535
  %sp = getelementptr i8, ptr %c, i64 24
  %s = load ptr, ptr %sp
  %fsp = getelementptr i8, ptr %s, i64 8
  %fs = load ptr, ptr %fsp
  %np = getelementptr ptr, ptr %fs, i32 %n
  %func = load ptr, ptr %np
  %cp = getelementptr i8, ptr %func, i64 32
  %code = load ptr, ptr %cp
  %r = invoke swiftcc i32 %code(ptr swiftself %c, i32 %b) to label %normal unwind label %pad
normal:
  ret i32 %r
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  %u = extractvalue { ptr, i32 } %lp, 0
  %f = call ptr @helper(ptr %c, i64 6)
  %exn = call ptr %f(ptr %c, ptr %u)
  call void @look(ptr %c)
  %vp = getelementptr i8, ptr %exn, i64 24
  %v = load i32, ptr %vp
  %w = add i32 %v, 1000
  ret i32 %w
}
