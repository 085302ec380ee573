// Edges, extents and volumes of triangle meshes.
#pragma once

#include <array>
#include <limits>
#include <vector>

#include "arrays.hpp"

namespace vitrine {

// The (m, 3) corners of triangles, all below `count`.
inline const std::int32_t* checked_triangles(const Ints& triangles, py::ssize_t count) {
    const std::int32_t* corner = rows_of(triangles, triangles.shape(0), 3, "triangles");
    const auto limit = static_cast<std::uint32_t>(count);
    bool fits = true;
    for (py::ssize_t i = 0; i < triangles.size(); ++i) {
        fits &= static_cast<std::uint32_t>(corner[i]) < limit;  // a negative one is larger than any count
    }
    for (py::ssize_t i = 0; !fits && i < triangles.size(); ++i) {
        if (static_cast<std::uint32_t>(corner[i]) >= limit) {
            throw py::value_error("triangle " + std::to_string(i / 3) + " has a vertex outside of 0 to " +
                                  std::to_string(count - 1));
        }
    }
    return corner;
}

// The part (m,) of each triangle, all below `parts`.
inline const std::int32_t* checked_parts(const Ints& part, py::ssize_t triangles, py::ssize_t parts) {
    const std::int32_t* of_triangle = rows_of(part, triangles, 1, "part");
    for (py::ssize_t i = 0; i < triangles; ++i) {
        if (of_triangle[i] < 0 || of_triangle[i] >= parts) {
            throw py::value_error("triangle " + std::to_string(i) + " has a part outside of 0 to " +
                                  std::to_string(parts - 1));
        }
    }
    return of_triangle;
}

// The half-edges of triangles, corner k of triangle t being number 3 t + k, sorted by the two vertices of their
// edge, the lower one first, and by number: (3 m,). Then where each edge's half-edges begin among them: (e,).
inline py::tuple sort_half_edges(const Ints& triangles, std::int32_t count) {
    const std::int32_t* corner = checked_triangles(triangles, count);
    const auto half_edges = static_cast<std::int32_t>(triangles.size());
    Ints order(half_edges);
    std::int32_t* sorted = order.mutable_data();
    std::vector<std::int32_t> first;
    {
        py::gil_scoped_release release;
        const auto ends = [&](std::int32_t number) {
            const std::int32_t a = corner[number], b = corner[number % 3 == 2 ? number - 2 : number + 1];
            return a < b ? std::pair(a, b) : std::pair(b, a);
        };
        // Buckets by the lower vertex, each with few half-edges, which are sorted by the upper one.
        std::vector<std::int32_t> begin(static_cast<std::size_t>(count) + 1, 0);
        for (std::int32_t number = 0; number < half_edges; ++number) {
            ++begin[ends(number).first + 1];
        }
        for (std::int32_t vertex = 0; vertex < count; ++vertex) {
            begin[vertex + 1] += begin[vertex];
        }
        struct UpperEnd {
            std::int32_t vertex, number;
            bool operator<(const UpperEnd& other) const {
                return vertex != other.vertex ? vertex < other.vertex : number < other.number;
            }
        };
        std::vector<UpperEnd> upper(half_edges);
        std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
        for (std::int32_t number = 0; number < half_edges; ++number) {
            const auto [low, high] = ends(number);
            upper[next[low]++] = {high, number};
        }
        first.reserve(half_edges / 2 + 1);
        for (std::int32_t vertex = 0; vertex < count; ++vertex) {
            std::sort(upper.begin() + begin[vertex], upper.begin() + begin[vertex + 1]);
            for (std::int32_t i = begin[vertex]; i < begin[vertex + 1]; ++i) {
                sorted[i] = upper[i].number;
                if (i == begin[vertex] || upper[i].vertex != upper[i - 1].vertex) {
                    first.push_back(i);
                }
            }
        }
    }
    return py::make_tuple(order, Ints(static_cast<py::ssize_t>(first.size()), first.data()));
}

// The normals of triangles times twice their areas, (m, 3) float64: cross products of two edges.
inline Doubles face_normals(const Floats& positions, const Ints& triangles) {
    const float* position = rows_of(positions, positions.shape(0), 3, "positions");
    const std::int32_t* corner = checked_triangles(triangles, positions.shape(0));
    const py::ssize_t count = triangles.shape(0);
    Doubles result({count, py::ssize_t{3}});
    double* normal = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i, corner += 3, normal += 3) {
        double ab[3], ac[3];
        for (int axis = 0; axis < 3; ++axis) {
            const double a = position[3 * static_cast<std::int64_t>(corner[0]) + axis];
            ab[axis] = position[3 * static_cast<std::int64_t>(corner[1]) + axis] - a;
            ac[axis] = position[3 * static_cast<std::int64_t>(corner[2]) + axis] - a;
        }
        normal[0] = ab[1] * ac[2] - ab[2] * ac[1];
        normal[1] = ab[2] * ac[0] - ab[0] * ac[2];
        normal[2] = ab[0] * ac[1] - ab[1] * ac[0];
    }
    return result;
}

// The sums (count, k) of the values (m, k) of all triangles around each vertex.
inline Doubles sum_at_vertices(const Doubles& values, const Ints& triangles, py::ssize_t count) {
    const py::ssize_t rows = triangles.shape(0), width = values.ndim() == 2 ? values.shape(1) : 1;
    const std::int32_t* corner = checked_triangles(triangles, count);
    const double* value = rows_of(values, rows, width, "values");
    Doubles result({count, width});
    double* sum = result.mutable_data();
    py::gil_scoped_release release;
    std::fill_n(sum, count * width, 0.0);
    // All first corners, then all second ones: the order decides how the sums are rounded.
    for (int k = 0; k < 3; ++k) {
        for (py::ssize_t i = 0; i < rows; ++i) {
            double* at = sum + width * static_cast<std::int64_t>(corner[3 * i + k]);
            for (py::ssize_t column = 0; column < width; ++column) {
                at[column] += value[width * i + column];
            }
        }
    }
    return result;
}

// The bounding boxes of parts: low and high corners, (parts, 3) each; infinite where a part has no triangle.
inline py::tuple part_bounds(const Floats& positions, const Ints& triangles, const Ints& part, py::ssize_t parts) {
    const float* position = rows_of(positions, positions.shape(0), 3, "positions");
    const std::int32_t* corner = checked_triangles(triangles, positions.shape(0));
    const std::int32_t* of_triangle = checked_parts(part, triangles.shape(0), parts);
    Floats low = floats(parts, 3), high = floats(parts, 3);
    float *least = low.mutable_data(), *most = high.mutable_data();
    {
        py::gil_scoped_release release;
        std::fill_n(least, 3 * parts, std::numeric_limits<float>::infinity());
        std::fill_n(most, 3 * parts, -std::numeric_limits<float>::infinity());
        for (py::ssize_t i = 0; i < triangles.size(); ++i) {
            const float* at = position + 3 * static_cast<std::int64_t>(corner[i]);
            const std::int64_t box = 3 * static_cast<std::int64_t>(of_triangle[i / 3]);
            for (int axis = 0; axis < 3; ++axis) {
                least[box + axis] = std::min(least[box + axis], at[axis]);
                most[box + axis] = std::max(most[box + axis], at[axis]);
            }
        }
    }
    return py::make_tuple(low, high);
}

// Six times the volume of each part by the divergence theorem, (parts,) float64, as if the triangles in `flipped`
// had the opposite winding. Each is measured around its own centre, so that open parts do not depend on the origin.
inline Doubles part_volumes(const Floats& positions, const Ints& triangles, const Ints& part,
                            const Bools& flipped, py::ssize_t parts) {
    const float* position = rows_of(positions, positions.shape(0), 3, "positions");
    const std::int32_t* corner = checked_triangles(triangles, positions.shape(0));
    const py::ssize_t count = triangles.shape(0);
    const std::int32_t* of_triangle = checked_parts(part, count, parts);
    const bool* flip = rows_of(flipped, count, 1, "flipped");
    Doubles result(parts);
    double* volume = result.mutable_data();
    py::gil_scoped_release release;
    using Point = std::array<double, 3>;
    std::vector<Point> center(parts, Point{});
    std::vector<std::int64_t> corners(parts, 0);
    const auto at = [&](py::ssize_t i, const Point& origin) -> Point {
        const float* p = position + 3 * static_cast<std::int64_t>(corner[i]);
        return {p[0] - origin[0], p[1] - origin[1], p[2] - origin[2]};
    };
    for (py::ssize_t i = 0; i < 3 * count; ++i) {
        const Point point = at(i, Point{});
        for (int axis = 0; axis < 3; ++axis) {
            center[of_triangle[i / 3]][axis] += point[axis];
        }
        ++corners[of_triangle[i / 3]];
    }
    for (py::ssize_t i = 0; i < parts; ++i) {
        for (double& axis : center[i]) {
            axis /= static_cast<double>(std::max<std::int64_t>(corners[i], 1));
        }
        volume[i] = 0;
    }
    for (py::ssize_t i = 0; i < count; ++i) {
        const Point& origin = center[of_triangle[i]];
        const Point a = at(3 * i, origin), b = at(3 * i + 1, origin), c = at(3 * i + 2, origin);
        const double sixth = a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
                             a[2] * (b[0] * c[1] - b[1] * c[0]);
        volume[of_triangle[i]] += flip[i] ? -sixth : sixth;
    }
    return result;
}

}  // namespace vitrine
