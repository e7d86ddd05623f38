/* Arrays in a shared_ptr lie within what operator new gave, whatever their elements' size and alignment.
 * oracle: libstdc++
 */
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>

static char *block;
static std::size_t room;

void *operator new(std::size_t size)
{
	room = size;
	block = static_cast<char *>(std::malloc(size));
	return block;
}

void *operator new(std::size_t size, std::align_val_t align)
{
	std::size_t step = static_cast<std::size_t>(align);

	room = size;
	block = static_cast<char *>(std::aligned_alloc(step, (size + step - 1) / step * step));
	return block;
}

void operator delete(void *p) noexcept
{
	std::free(p);
}
void operator delete(void *p, std::size_t) noexcept
{
	std::free(p);
}
void operator delete(void *p, std::align_val_t) noexcept
{
	std::free(p);
}
void operator delete(void *p, std::size_t, std::align_val_t) noexcept
{
	std::free(p);
}

template <std::size_t size, std::size_t align> struct alignas(align) Element {
	char bytes[size];
};

template <class T> static void check()
{
	int outside = 0;

	for (std::size_t n = 0; n < 40; n++) {
		auto p = std::make_shared<T[]>(n);
		auto end = reinterpret_cast<char *>(p.get() + n);
		outside += reinterpret_cast<char *>(p.get()) < block || end > block + room;
	}
	std::printf("%zu bytes, aligned to %zu: %d arrays outside\n", sizeof(T), alignof(T),
		    outside);
}

int main()
{
	check<char>();
	check<short>();
	check<int>();
	check<double>();
	check<Element<3, 1>>();
	check<Element<6, 2>>();
	check<Element<12, 4>>();
	check<Element<16, 16>>();
	check<Element<32, 32>>();
	check<Element<64, 64>>();
}
