//! What std's tests use of the crates rand 0.9 and rand_xorshift 0.4, which its sources do not bring along: built under
//! either name. The numbers are not the crates'; the tests fix none.

pub trait RngCore {
    fn next_u64(&mut self) -> u64;
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next_u32() as u8;
        }
    }
}

impl<R: RngCore + ?Sized> RngCore for &mut R {
    fn next_u64(&mut self) -> u64 {
        (**self).next_u64()
    }
}

pub trait SeedableRng: Sized {
    fn seed_from_u64(seed: u64) -> Self;
    fn from_seed(seed: [u8; 16]) -> Self {
        Self::seed_from_u64(u64::from_le_bytes(seed[..8].try_into().unwrap()))
    }
}

#[derive(Clone, Debug)]
pub struct XorShiftRng(u64);

impl SeedableRng for XorShiftRng {
    fn seed_from_u64(seed: u64) -> Self {
        XorShiftRng(seed | 1)
    }
}

impl RngCore for XorShiftRng {
    fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

pub trait Random {
    fn random<R: RngCore + ?Sized>(rng: &mut R) -> Self;
}

macro_rules! integers {
    ($($t:ty)*) => { $(
        impl Random for $t {
            fn random<R: RngCore + ?Sized>(rng: &mut R) -> Self {
                rng.next_u64() as $t
            }
        }
        impl distr::Distribution<$t> for distr::Uniform<$t> {
            fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> $t {
                let span = (self.last as i128 - self.first as i128 + 1) as u128;
                (self.first as i128 + (rng.next_u64() as u128 % span) as i128) as $t
            }
        }
        impl TryFrom<std::ops::Range<$t>> for distr::Uniform<$t> {
            type Error = ();
            fn try_from(range: std::ops::Range<$t>) -> Result<Self, ()> {
                Self::new(range.start, range.end)
            }
        }
        impl TryFrom<std::ops::RangeInclusive<$t>> for distr::Uniform<$t> {
            type Error = ();
            fn try_from(range: std::ops::RangeInclusive<$t>) -> Result<Self, ()> {
                Ok(distr::Uniform { first: *range.start(), last: *range.end() })
            }
        }
        impl distr::Whole for $t {
            fn before(self) -> Self {
                self - 1
            }
        }
    )* };
}
integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl Random for f64 {
    fn random<R: RngCore + ?Sized>(rng: &mut R) -> Self {
        (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

pub trait Rng: RngCore {
    fn random<T: Random>(&mut self) -> T {
        T::random(self)
    }
    fn random_bool(&mut self, p: f64) -> bool {
        f64::random(self) < p
    }
    fn gen_range<T>(&mut self, range: std::ops::Range<T>) -> T
    where
        distr::Uniform<T>: TryFrom<std::ops::Range<T>, Error = ()> + distr::Distribution<T>,
    {
        self.sample(distr::Uniform::try_from(range).unwrap())
    }
    fn sample<T, D: distr::Distribution<T>>(&mut self, d: D) -> T {
        d.sample(self)
    }
    fn sample_iter<T, D: distr::Distribution<T>>(mut self, d: D) -> impl Iterator<Item = T>
    where
        Self: Sized,
    {
        std::iter::repeat_with(move || d.sample(&mut self))
    }
    fn random_iter<T: Random>(mut self) -> impl Iterator<Item = T>
    where
        Self: Sized,
    {
        std::iter::repeat_with(move || T::random(&mut self))
    }
}

impl<R: RngCore + ?Sized> Rng for R {}

pub mod distr {
    pub struct Uniform<T> {
        pub(crate) first: T,
        pub(crate) last: T,
    }
    pub trait Whole: PartialOrd {
        fn before(self) -> Self;
    }
    impl<T: Whole> Uniform<T> {
        pub fn new(first: T, end: T) -> Result<Self, ()> {
            if first < end { Ok(Uniform { first, last: end.before() }) } else { Err(()) }
        }
    }
    pub trait Distribution<T> {
        fn sample<R: crate::Rng + ?Sized>(&self, rng: &mut R) -> T;
    }
    pub struct Alphanumeric;
    pub trait SampleString {
        fn sample_string<R: crate::Rng + ?Sized>(&self, rng: &mut R, n: usize) -> String;
    }
    impl SampleString for Alphanumeric {
        fn sample_string<R: crate::Rng + ?Sized>(&self, rng: &mut R, n: usize) -> String {
            (0..n).map(|_| char::from(b'a' + (rng.next_u64() % 26) as u8)).collect()
        }
    }
}

pub mod seq {
    use crate::Rng;
    pub trait IndexedRandom {
        type Output;
        fn choose<R: Rng + ?Sized>(&self, rng: &mut R) -> Option<&Self::Output>;
    }
    impl<T> IndexedRandom for [T] {
        type Output = T;
        fn choose<R: Rng + ?Sized>(&self, rng: &mut R) -> Option<&T> {
            if self.is_empty() { None } else { Some(&self[rng.next_u64() as usize % self.len()]) }
        }
    }
    pub trait SliceRandom {
        fn shuffle<R: Rng + ?Sized>(&mut self, rng: &mut R);
    }
    impl<T> SliceRandom for [T] {
        fn shuffle<R: Rng + ?Sized>(&mut self, rng: &mut R) {
            for i in (1..self.len()).rev() {
                self.swap(i, (rng.next_u64() % (i as u64 + 1)) as usize);
            }
        }
    }
}

pub mod prelude {
    pub use crate::{Rng, RngCore, SeedableRng, distr::Distribution, seq::IndexedRandom, seq::SliceRandom};
}
