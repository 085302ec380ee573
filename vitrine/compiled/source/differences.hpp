// Differences of images: structural similarity (`ssim.py`), and those of `image_metrics.py`.
#pragma once

#include <array>
#include <cmath>
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

// (h, w, 4) bytes composited over an even grey: (h, w, 3) in 0…255.
inline Floats over_grey(const Bytes& rgba, float grey) {
    if (rgba.ndim() != 3 || rgba.shape(2) != 4) {
        throw py::value_error("rgba must have the shape (height, width, 4)");
    }
    const py::ssize_t pixels = rgba.shape(0) * rgba.shape(1);
    const std::uint8_t* in = rgba.data();
    Floats result({rgba.shape(0), rgba.shape(1), static_cast<py::ssize_t>(3)});
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < pixels; ++i, in += 4, out += 3) {
        const float alpha = static_cast<float>(in[3]) / 255;
        for (int k = 0; k < 3; ++k) {
            out[k] = static_cast<float>(in[k]) * alpha + grey * (1 - alpha);
        }
    }
    return result;
}

// The mean angle in degrees between unit vectors (h, w, 3) over a mask (h, w), 0 when it is empty. The angle is
// 2·atan2(|p - q|, |p + q|) (W. Kahan), which is exact near 0, where acos is not.
inline double mean_angle_deg(const Floats& one, const Floats& other, const Bools& mask) {
    if (one.ndim() != 3 || one.shape(2) != 3 || other.size() != one.size() || mask.size() * 3 != one.size()) {
        throw py::value_error("vectors must have the shape (height, width, 3), and a mask (height, width)");
    }
    const float *p = one.data(), *q = other.data();
    const bool* counts = mask.data();
    const py::ssize_t pixels = mask.size();
    py::gil_scoped_release release;
    double total = 0;
    std::int64_t counted = 0;
    for (py::ssize_t i = 0; i < pixels; ++i, p += 3, q += 3) {
        if (!counts[i]) {
            continue;
        }
        double apart = 0, together = 0;
        for (int k = 0; k < 3; ++k) {
            const double difference = static_cast<double>(p[k]) - q[k], sum = static_cast<double>(p[k]) + q[k];
            apart += difference * difference;
            together += sum * sum;
        }
        total += 2 * std::atan2(std::sqrt(apart), std::sqrt(together));
        ++counted;
    }
    return counted ? total / static_cast<double>(counted) * (180 / 3.141592653589793) : 0.0;
}

}  // namespace vitrine
