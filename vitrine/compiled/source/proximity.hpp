// Distances from points to the closest triangle of a surface, by a bounding volume hierarchy.
#pragma once

#include <array>
#include <limits>
#include <numeric>
#include <vector>

#include "arrays.hpp"
#include "mesh.hpp"

namespace vitrine {

using Point = std::array<double, 3>;

inline Point operator-(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
inline double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// The least of constant + 2·linear·t + quadratic·t² for t in 0…1.
inline double least_on_edge(double quadratic, double linear, double constant) {
    const double t = std::min(std::max(-linear / std::max(quadratic, 1e-300), 0.0), 1.0);
    return constant + t * (2 * linear + t * quadratic);
}

// The squared distance of a point to a triangle. In s and t along two edges it is a quadratic, smallest inside
// the triangle or on an edge (D. Eberly, "Distance Between Point and Triangle in 3D").
inline double squared_distance(const Point& point, const Point& corner, const Point& ab, const Point& ac) {
    const Point pa = corner - point;
    const double a = dot(ab, ab), b = dot(ab, ac), c = dot(ac, ac);
    const double d = dot(pa, ab), e = dot(pa, ac), f = dot(pa, pa);
    const double determinant = a * c - b * b, s = b * e - c * d, t = b * d - a * e;
    if (s > 0 && t > 0 && s + t < determinant) {
        return std::max(f + (s * d + t * e) / determinant, 0.0);  // half of the linear part is left
    }
    const double along_ab = least_on_edge(a, d, f), along_ac = least_on_edge(c, e, f);
    const double along_bc = least_on_edge(a - 2 * b + c, b + e - a - d, f + 2 * d + a);
    return std::max(std::min(std::min(along_ab, along_ac), along_bc), 0.0);
}

class TriangleTree {
  public:
    // Halves the triangles at the median of their centroids along the longest axis, until few are left.
    TriangleTree(const Floats& positions, const Ints& triangles) {
        const py::ssize_t count = triangles.shape(0), vertices = positions.shape(0);
        const float* position = rows_of(positions, vertices, 3, "positions");
        const std::int32_t* corner = checked_triangles(triangles, vertices);
        if (count == 0) {
            throw py::value_error("there are no triangles");
        }
        py::gil_scoped_release release;
        std::vector<Triangle> unsorted(count);
        std::vector<std::array<float, 3>> centroids(count);
        for (py::ssize_t i = 0; i < count; ++i) {
            std::array<Point, 3> corners;
            for (int k = 0; k < 3; ++k) {
                const float* at = position + 3 * static_cast<std::int64_t>(corner[3 * i + k]);
                corners[k] = {at[0], at[1], at[2]};
            }
            unsorted[i] = {corners[0], corners[1] - corners[0], corners[2] - corners[0]};
            for (int axis = 0; axis < 3; ++axis) {
                centroids[i][axis] =
                    static_cast<float>((corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3);
            }
        }
        std::vector<std::int32_t> order(count);
        std::iota(order.begin(), order.end(), 0);
        nodes_.reserve(2 * (count / LEAF_TRIANGLES + 1));
        triangles_.reserve(count);
        split(order.data(), order.data() + count, centroids, unsorted);
    }

    // The distance in metres of n points, (n, 3) float64, to the surface: (n,) float64.
    Doubles distance(const Doubles& points) const {
        const py::ssize_t count = points.shape(0);
        const double* point = rows_of(points, count, 3, "points");
        Doubles result(count);
        double* out = result.mutable_data();
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            out[i] = std::sqrt(closest({point[3 * i], point[3 * i + 1], point[3 * i + 2]}));
        }
        return result;
    }

  private:
    static constexpr std::ptrdiff_t LEAF_TRIANGLES = 4;

    struct Triangle {
        Point corner, ab, ac;
    };
    struct Box {
        Point low, high;

        void add(const Point& point) {
            for (int axis = 0; axis < 3; ++axis) {
                low[axis] = std::min(low[axis], point[axis]);
                high[axis] = std::max(high[axis], point[axis]);
            }
        }
        double squared_distance(const Point& point) const {
            double sum = 0;
            for (int axis = 0; axis < 3; ++axis) {
                const double outside = std::max(std::max(low[axis] - point[axis], point[axis] - high[axis]), 0.0);
                sum += outside * outside;
            }
            return sum;
        }
    };
    // A leaf holds `count` triangles from `first`; the children of an inner node are the next one and `second`.
    struct Node {
        Box box;
        std::int32_t first, count, second;
    };

    void split(std::int32_t* begin, std::int32_t* end, const std::vector<std::array<float, 3>>& centroids,
               const std::vector<Triangle>& unsorted) {
        constexpr double INF = std::numeric_limits<double>::infinity();
        const auto number = static_cast<std::int32_t>(nodes_.size());
        Box box{{INF, INF, INF}, {-INF, -INF, -INF}}, middles = box;
        for (const std::int32_t* each = begin; each != end; ++each) {
            const Triangle& t = unsorted[*each];
            const auto& middle = centroids[*each];
            box.add(t.corner);
            box.add({t.corner[0] + t.ab[0], t.corner[1] + t.ab[1], t.corner[2] + t.ab[2]});
            box.add({t.corner[0] + t.ac[0], t.corner[1] + t.ac[1], t.corner[2] + t.ac[2]});
            middles.add({middle[0], middle[1], middle[2]});
        }
        nodes_.push_back({box, static_cast<std::int32_t>(triangles_.size()), 0, 0});
        if (end - begin <= LEAF_TRIANGLES) {
            nodes_[number].count = static_cast<std::int32_t>(end - begin);
            for (const std::int32_t* each = begin; each != end; ++each) {
                triangles_.push_back(unsorted[*each]);
            }
            return;
        }
        const Point extent = middles.high - middles.low;
        const auto axis = std::max_element(extent.begin(), extent.end()) - extent.begin();
        std::int32_t* middle = begin + (end - begin) / 2;
        std::nth_element(begin, middle, end, [&](std::int32_t a, std::int32_t b) {
            return centroids[a][axis] < centroids[b][axis];
        });
        split(begin, middle, centroids, unsorted);
        nodes_[number].second = static_cast<std::int32_t>(nodes_.size());
        split(middle, end, centroids, unsorted);
    }

    double closest(const Point& point) const {
        struct Entry {
            std::int32_t node;
            double bound;
        };
        Entry stack[64];  // a tree of 2³¹ triangles is 30 levels high
        int waiting = 0;
        stack[waiting++] = {0, 0};
        double best = std::numeric_limits<double>::infinity();
        while (waiting) {
            const Entry entry = stack[--waiting];
            if (!(entry.bound < best)) {
                continue;
            }
            const Node& node = nodes_[entry.node];
            for (std::int32_t i = node.first; i < node.first + node.count; ++i) {
                const Triangle& t = triangles_[i];
                best = std::min(best, squared_distance(point, t.corner, t.ab, t.ac));
            }
            if (node.count == 0) {
                Entry near{entry.node + 1, nodes_[entry.node + 1].box.squared_distance(point)};
                Entry far{node.second, nodes_[node.second].box.squared_distance(point)};
                if (far.bound < near.bound) {
                    std::swap(near, far);
                }
                stack[waiting++] = far;
                stack[waiting++] = near;
            }
        }
        return best;
    }

    std::vector<Node> nodes_;
    std::vector<Triangle> triangles_;
};

}  // namespace vitrine
