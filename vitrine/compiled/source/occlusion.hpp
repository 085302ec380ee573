// The joint bilateral filters of the occlusion buffer; see `occlusion_buffer.py`.
#pragma once

#include "arrays.hpp"
#include "vectors.hpp"

namespace vitrine {

// Depth, normal and visibility (dome, key light) of `size`² entries, row by row.
struct OcclusionEntries {
    const float *depth, *normal, *visibility;
    int size;
    float tolerance_m;

    OcclusionEntries(const Floats& depths, const Floats& normals, const Floats& visibilities, int size_px,
                     float tolerance)
        : size(size_px), tolerance_m(tolerance) {
        const py::ssize_t count = static_cast<py::ssize_t>(size) * size;
        depth = rows_of(depths, count, 1, "depth");
        normal = rows_of(normals, count, 3, "normal");
        visibility = rows_of(visibilities, count, 2, "visibility");
    }

    int clipped(int index) const { return std::min(std::max(index, 0), size - 1); }

    // The range weight of an entry for a surface point.
    float similarity(std::int64_t entry, float depth_m, Vec3 toward) const {
        const float near = 1 - std::fabs(depth[entry] - depth_m) / tolerance_m;
        if (!(near > 0)) {
            return 0;
        }
        const float cosine = clamp(dot(Vec3::load(normal + 3 * entry), toward), 0, 1);
        return near * cosine * cosine * cosine * cosine;
    }
};

// Sums of two visibilities and of their weights.
struct WeightedVisibility {
    float dome, key, weight;

    void add(const float* visibility, float w) {
        dome += visibility[0] * w;
        key += visibility[1] * w;
        weight += w;
    }
    void store(float* out) const {
        out[0] = dome / weight;
        out[1] = key / weight;
    }
};

// The visibility of n surface points from the four nearest entries, weighted by similarity: (n, 2).
inline Floats upsample_visibility(const Floats& depth, const Floats& normal, const Floats& visibility, int size_px,
                                  float tolerance_m, const Floats& xy, const Floats& depth_m,
                                  const Floats& normals, float default_visibility, float default_weight) {
    const OcclusionEntries entries(depth, normal, visibility, size_px, tolerance_m);
    const py::ssize_t count = xy.shape(0);
    const float* point = rows_of(xy, count, 2, "xy");
    const float* distance = rows_of(depth_m, count, 1, "depth_m");
    const float* toward = rows_of(normals, count, 3, "normals");
    const float half = static_cast<float>(size_px) / 2;
    Floats result = floats(count, 2);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        const float x = (point[2 * i] + 1) * half - 0.5f, y = (1 - point[2 * i + 1]) * half - 0.5f;
        const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
        const float fx = x - static_cast<float>(column), fy = y - static_cast<float>(row);
        const float start = default_visibility * default_weight;
        WeightedVisibility sum{start, start, default_weight};
        for (int corner = 0; corner < 4; ++corner) {
            const int dx = corner & 1, dy = corner >> 1;
            const std::int64_t entry = static_cast<std::int64_t>(entries.clipped(row + dy)) * size_px +
                                       entries.clipped(column + dx);
            const float bilinear = (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy) + 1e-3f;
            const float similar = entries.similarity(entry, distance[i], Vec3::load(toward + 3 * i));
            sum.add(entries.visibility + 2 * entry, bilinear * similar);
        }
        sum.store(out + 2 * i);
    }
    return result;
}

// The visibilities blurred along one axis (0: over rows, 1: over columns) within similar entries: (size², 2).
inline Floats blur_visibility(const Floats& depth, const Floats& normal, const Floats& visibility, int size_px,
                              float tolerance_m, int axis) {
    const OcclusionEntries entries(depth, normal, visibility, size_px, tolerance_m);
    Floats result = floats(visibility.shape(0), 2);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (int row = 0; row < size_px; ++row) {
        for (int column = 0; column < size_px; ++column, out += 2) {
            const std::int64_t here = static_cast<std::int64_t>(row) * size_px + column;
            const float* seen = entries.visibility + 2 * here;
            WeightedVisibility sum{seen[0], seen[1], 1};
            if (std::isfinite(entries.depth[here])) {
                const Vec3 toward = Vec3::load(entries.normal + 3 * here);
                for (int step : {-2, -1, 1, 2}) {
                    const int y = axis == 0 ? entries.clipped(row + step) : row;
                    const int x = axis == 1 ? entries.clipped(column + step) : column;
                    const std::int64_t entry = static_cast<std::int64_t>(y) * size_px + x;
                    // Half a weight at both ends makes a window of four, the width of a tile.
                    const float share = step == -2 || step == 2 ? 0.5f : 1.0f;
                    sum.add(entries.visibility + 2 * entry,
                            entries.similarity(entry, entries.depth[here], toward) * share);
                }
            }
            sum.store(out);
        }
    }
    return result;
}

}  // namespace vitrine
