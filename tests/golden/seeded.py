"""The lab's seeded generator, src/core/rng.ts, for golden scripts whose inputs both sides draw."""

import math

import numpy as np

MASK = 2**32 - 1


def hash32(*words):
    h = 0x9E3779B9
    for word in words:
        h = (h ^ (word & MASK)) * 0x85EBCA6B & MASK
        h ^= h >> 13
        h = h * 0xC2B2AE35 & MASK
        h ^= h >> 16
    return h


def hash_text(text):
    h = 0x811C9DC5
    for letter in text:
        h = (h ^ ord(letter)) * 0x01000193 & MASK
    return h


class Rng:
    """xoshiro128**, Blackman & Vigna (2018)."""

    def __init__(self, seed, label=""):
        self.state = [hash32(seed, seed // 2**32, hash_text(label), i) for i in range(4)]

    def word(self):
        s = self.state
        x = s[1] * 5 & MASK
        result = ((x << 7 | x >> 25) & MASK) * 9 & MASK
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = (s[3] << 11 | s[3] >> 21) & MASK
        return result

    def uniform(self):
        return self.word() / 2**32

    def below(self, bound):
        limit = 2**32 - 2**32 % bound
        while (x := self.word()) >= limit:
            pass
        return x % bound

    def permutation(self, length):
        order = list(range(length))
        for i in range(length - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order

    def normals(self, count):
        """float64; pairs by Box and Muller."""
        out = []
        while len(out) < count:
            radius = math.sqrt(-2 * math.log(1 - self.uniform()))
            angle = 2 * math.pi * self.uniform()
            out += [radius * math.cos(angle), radius * math.sin(angle)]
        return np.array(out[:count])
