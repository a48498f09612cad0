#!/usr/bin/env python3
"""Prints the first words of xoshiro128** from state 1, 2, 3, 4, after Blackman & Vigna (2018), section 4.

The golden numbers of tests/core/rng_test.ts: python3 tests/golden/xoshiro128.py
"""

MASK = 2**32 - 1


def rotl(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


def words(s, count):
    for _ in range(count):
        yield rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)


print(list(words([1, 2, 3, 4], 8)))
