// Which triangle is seen at each pixel, by rasterization: what the first hit of a ray through its centre is.
#pragma once

#include <limits>
#include <vector>

#include "arrays.hpp"
#include "mesh.hpp"
#include "vectors.hpp"

namespace vitrine {

struct Vec3d {
    double x, y, z;

    Vec3d(double x, double y, double z) : x(x), y(y), z(z) {}
    explicit Vec3d(Vec3 v) : x(v.x), y(v.y), z(v.z) {}
};

// a·x + b·y + c: one edge's function over the image, positive on one side of the edge.
struct EdgeFunction {
    double a, b, c;

    // That of the edge from p to q, both in homogeneous image coordinates: their cross product.
    EdgeFunction(Vec3d p, Vec3d q) : a(p.y * q.z - p.z * q.y), b(p.z * q.x - p.x * q.z), c(p.x * q.y - p.y * q.x) {}
    double at(double x, double y) const { return a * x + b * y + c; }
};

// The columns and rows of the pixels whose centres, at whole numbers, lie in the box around some points or just
// outside of it: first column and row, and the last ones with the opposite sign. The box around several points has
// the least of each number.
struct PixelBox {
    std::int16_t edge[4];

    static constexpr int MOST = 32'000;  // columns or rows

    // The box of one point.
    PixelBox(double column, double row, int width, int height) {
        set(0, column, width);
        set(1, row, height);
    }
    PixelBox(int width, int height)
        : edge{0, 0, static_cast<std::int16_t>(1 - width), static_cast<std::int16_t>(1 - height)} {}

    void add(const PixelBox& other) {
        for (int k = 0; k < 4; ++k) {
            edge[k] = std::min(edge[k], other.edge[k]);
        }
    }
    bool empty() const { return edge[0] + edge[2] > 0 || edge[1] + edge[3] > 0; }
    int first_column() const { return edge[0]; }
    int first_row() const { return edge[1]; }
    int last_column() const { return -edge[2]; }
    int last_row() const { return -edge[3]; }

  private:
    static constexpr double MARGIN_PX = 1e-3;  // more than the rounding of positions in the image

    void set(int axis, double at, int count) {
        const double from = std::min(std::max(at - MARGIN_PX, 0.0), static_cast<double>(count));
        const double to = std::max(std::min(at + MARGIN_PX, count - 1.0), -1.0);
        const int low = static_cast<int>(from);  // casts are faster than `ceil` and `floor`
        edge[axis] = static_cast<std::int16_t>(low + (low < from ? 1 : 0));
        edge[axis + 2] = static_cast<std::int16_t>(to < 0 ? 1 : -static_cast<int>(to));
    }
};

// Triangle (-1 for none), barycentric u and v, and depth of h · w pixels, whose columns are at `xs` and rows at
// `ys` in image coordinates -1…1, evenly spaced. A pixel on a shared edge belongs to the triangle that is named
// first, unless the other one is nearer.
inline py::tuple visible_triangles(const Floats& positions, const Ints& triangles, const Floats& eye,
                                   const Floats& right, const Floats& up, const Floats& forward,
                                   double half_extent, bool perspective, const Floats& xs, const Floats& ys) {
    const py::ssize_t vertices = positions.shape(0), count = triangles.shape(0);
    const float* position = rows_of(positions, vertices, 3, "positions");
    const std::int32_t* corner = checked_triangles(triangles, vertices);
    const float *from = rows_of(eye, 3, 1, "eye"), *across = rows_of(right, 3, 1, "right");
    const float *upward = rows_of(up, 3, 1, "up"), *ahead = rows_of(forward, 3, 1, "forward");
    const int width = static_cast<int>(xs.shape(0)), height = static_cast<int>(ys.shape(0));
    const float *column_x = rows_of(xs, width, 1, "xs"), *row_y = rows_of(ys, height, 1, "ys");
    const double per_x = width > 1 ? (width - 1.0) / (column_x[width - 1] - column_x[0]) : 1;
    const double per_y = height > 1 ? (height - 1.0) / (row_y[0] - row_y[height - 1]) : 1;
    if (std::max(width, height) > PixelBox::MOST) {
        throw py::value_error("an image has at most " + std::to_string(PixelBox::MOST) + " columns and rows");
    }
    const py::ssize_t pixels = static_cast<py::ssize_t>(width) * height;
    Ints triangle(pixels);
    Floats u = floats(pixels), v = floats(pixels), depth = floats(pixels);
    std::int32_t* triangle_out = triangle.mutable_data();
    float *u_out = u.mutable_data(), *v_out = v.mutable_data(), *depth_out = depth.mutable_data();
    {
        py::gil_scoped_release release;
        std::fill_n(triangle_out, pixels, -1);
        std::fill_n(u_out, pixels, 0.0f);
        std::fill_n(v_out, pixels, 0.0f);
        std::fill_n(depth_out, pixels, std::numeric_limits<float>::infinity());
        // In camera axes a ray goes through (x·z, y·z, z), or through (x, y, z) when orthographic. Most
        // triangles cover no pixel's centre: to see that, the pixels around their corners are enough.
        std::vector<Vec3> in_camera(vertices);
        std::vector<PixelBox> around(vertices, PixelBox(width, height));
        bool behind = false;
        for (py::ssize_t i = 0; i < vertices; ++i) {
            double offset[3];
            for (int k = 0; k < 3; ++k) {
                offset[k] = static_cast<double>(position[3 * i + k]) - from[k];
            }
            const auto along = [&](const float* axis) {
                return offset[0] * axis[0] + offset[1] * axis[1] + offset[2] * axis[2];
            };
            const Vec3d at{along(across) / half_extent, along(upward) / half_extent, along(ahead)};
            in_camera[i] = {static_cast<float>(at.x), static_cast<float>(at.y), static_cast<float>(at.z)};
            if (perspective && !(at.z > 0)) {
                behind = true;  // it has no place in the image: its triangles may cover any pixel
                continue;
            }
            const double scale = perspective ? 1 / at.z : 1;
            around[i] = PixelBox((at.x * scale - column_x[0]) * per_x, (row_y[0] - at.y * scale) * per_y, width,
                                 height);
        }
        for (py::ssize_t i = 0; i < count; ++i) {
            const std::int32_t* numbers = corner + 3 * i;
            PixelBox box = around[numbers[0]];
            box.add(around[numbers[1]]);
            box.add(around[numbers[2]]);
            if (!behind && box.empty()) {
                continue;
            }
            const Vec3d a(in_camera[numbers[0]]), b(in_camera[numbers[1]]), c(in_camera[numbers[2]]);
            if (behind && std::min(std::min(a.z, b.z), c.z) <= 0) {
                box = PixelBox(width, height);
            }
            // A plane's depth lies between those of the corners, but for rounding.
            const auto nearest = static_cast<float>(std::min(std::min(a.z, b.z), c.z) * (1 - 1e-6));
            const auto hidden = [&](int row, int column) {
                return nearest >= depth_out[static_cast<py::ssize_t>(row) * width + column];
            };
            if (box.first_row() == box.last_row() && box.first_column() == box.last_column() &&
                hidden(box.first_row(), box.first_column())) {
                continue;
            }
            const auto homogeneous = [&](const Vec3d& p) { return Vec3d{p.x, p.y, perspective ? p.z : 1}; };
            const EdgeFunction edge_a(homogeneous(b), homogeneous(c)), edge_b(homogeneous(c), homogeneous(a));
            const EdgeFunction edge_c(homogeneous(a), homogeneous(b));
            for (int row = box.first_row(); row <= box.last_row(); ++row) {
                for (int column = box.first_column(); column <= box.last_column(); ++column) {
                    if (hidden(row, column)) {
                        continue;
                    }
                    const py::ssize_t pixel = static_cast<py::ssize_t>(row) * width + column;
                    const double x = column_x[column], y = row_y[row];
                    const double wa = edge_a.at(x, y), wb = edge_b.at(x, y), wc = edge_c.at(x, y);
                    const double sum = wa + wb + wc;
                    const bool inside = (wa >= 0 && wb >= 0 && wc >= 0) || (wa <= 0 && wb <= 0 && wc <= 0);
                    if (!inside || sum == 0) {
                        continue;
                    }
                    const auto z = static_cast<float>((wa * a.z + wb * b.z + wc * c.z) / sum);
                    if (z > 0 && z < depth_out[pixel]) {
                        depth_out[pixel] = z;
                        triangle_out[pixel] = static_cast<std::int32_t>(i);
                        u_out[pixel] = static_cast<float>(wb / sum);
                        v_out[pixel] = static_cast<float>(wc / sum);
                    }
                }
            }
        }
    }
    return py::make_tuple(triangle, u, v, depth);
}

}  // namespace vitrine
