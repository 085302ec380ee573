// Vectors of three floats.
#pragma once

#include <algorithm>
#include <cmath>

namespace vitrine {

struct Vec3 {
    float x, y, z;

    static Vec3 load(const float* values) { return {values[0], values[1], values[2]}; }
    static Vec3 all(float value) { return {value, value, value}; }
    void store(float* values) const {
        values[0] = x;
        values[1] = y;
        values[2] = z;
    }
    float largest() const { return std::max(std::max(x, y), z); }
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator/(Vec3 a, Vec3 b) { return {a.x / b.x, a.y / b.y, a.z / b.z}; }
inline Vec3 operator*(Vec3 a, float factor) { return {a.x * factor, a.y * factor, a.z * factor}; }
inline Vec3 operator/(Vec3 a, float divisor) { return a * (1 / divisor); }

inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) { return std::sqrt(dot(a, a)); }
inline Vec3 unit(Vec3 a) { return a / std::max(length(a), 1e-30f); }

// Not a number becomes `low`.
inline float clamp(float value, float low, float high) { return std::min(std::max(low, value), high); }
inline float mix(float a, float b, float fraction) { return a + (b - a) * fraction; }

}  // namespace vitrine
