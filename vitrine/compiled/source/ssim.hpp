// Structural similarity of two grey images; see `ssim.py`.
#pragma once

#include <array>
#include <vector>

#include "arrays.hpp"

namespace vitrine {

// The mean SSIM over the pixels in `mask`, with uniform windows of `window_px` around each pixel; beyond its
// edges an image goes on as its outermost pixels. 1 for an empty mask.
inline double image_ssim(const Floats& one, const Floats& other, const Bools& mask, int window_px, double c1,
                         double c2) {
    if (one.ndim() != 2 || one.size() == 0) {
        throw py::value_error("images must have two dimensions");
    }
    const py::ssize_t height = one.shape(0), width = one.shape(1);
    const float* a = one.data();
    const float* b = rows_of(other, height, width, "other");
    const bool* counts = rows_of(mask, height, width, "mask");
    py::gil_scoped_release release;
    enum { A, B, AA, BB, AB, SUMS };
    using Sums = std::array<double, SUMS>;
    const auto moments = [&](py::ssize_t row, py::ssize_t column) -> Sums {
        const double x = a[row * width + column], y = b[row * width + column];
        return {x, y, x * x, y * y, x * y};
    };
    const py::ssize_t reach = window_px / 2;
    const auto clipped = [](py::ssize_t index, py::ssize_t size) {
        return std::min(std::max<py::ssize_t>(index, 0), size - 1);
    };
    const auto add = [](Sums& sums, const Sums& values, double sign) {
        for (int k = 0; k < SUMS; ++k) {
            sums[k] += sign * values[k];
        }
    };
    // Sums over the window's rows of each column, from which those over its columns are made.
    std::vector<Sums> columns(width, Sums{});
    for (py::ssize_t row = -reach; row <= reach; ++row) {
        for (py::ssize_t column = 0; column < width; ++column) {
            add(columns[column], moments(clipped(row, height), column), 1);
        }
    }
    const double area = static_cast<double>(window_px) * window_px;
    double total = 0;
    std::int64_t pixels = 0;
    for (py::ssize_t row = 0; row < height; ++row) {
        Sums sums{};
        for (py::ssize_t column = -reach; column <= reach; ++column) {
            add(sums, columns[clipped(column, width)], 1);
        }
        for (py::ssize_t column = 0; column < width; ++column) {
            if (counts[row * width + column]) {
                const double ma = sums[A] / area, mb = sums[B] / area;
                const double va = sums[AA] / area - ma * ma, vb = sums[BB] / area - mb * mb;
                const double covariance = sums[AB] / area - ma * mb;
                total += (2 * ma * mb + c1) * (2 * covariance + c2) /
                         ((ma * ma + mb * mb + c1) * (va + vb + c2));
                ++pixels;
            }
            add(sums, columns[clipped(column + reach + 1, width)], 1);
            add(sums, columns[clipped(column - reach, width)], -1);
        }
        for (py::ssize_t column = 0; column < width; ++column) {
            add(columns[column], moments(clipped(row + reach + 1, height), column), 1);
            add(columns[column], moments(clipped(row - reach, height), column), -1);
        }
    }
    return pixels ? total / static_cast<double>(pixels) : 1.0;
}

}  // namespace vitrine
