// Interpolation of vertices where rays hit triangles.
#pragma once

#include "arrays.hpp"
#include "vectors.hpp"

namespace vitrine {

constexpr int VERTEX_WIDTH = 8;  // position, normal, UV
constexpr float MIN_COSINE_OF_FOOTPRINT = 0.15f;
constexpr float MIN_NORMAL_SQUARED = 0.01f;  // shorter normals count as absent

inline py::tuple interpolate(const Floats& vertices, const Ints& triangles, const Ints& mesh_of_triangle,
                             const Ints& hit_triangle, const Floats& u, const Floats& v,
                             const Floats& directions) {
    const py::ssize_t count = hit_triangle.shape(0);
    const float* vertex = rows_of(vertices, vertices.shape(0), VERTEX_WIDTH, "vertices");
    const std::int32_t* corners = rows_of(triangles, triangles.shape(0), 3, "triangles");
    const std::int32_t* meshes = rows_of(mesh_of_triangle, triangles.shape(0), 1, "mesh_of_triangle");
    const std::int32_t* hits = rows_of(hit_triangle, count, 1, "hit_triangle");
    for (py::ssize_t i = 0; i < count; ++i) {
        if (hits[i] < 0 || hits[i] >= triangles.shape(0)) {
            throw py::value_error("hit " + std::to_string(i) + " is of no triangle");
        }
    }
    const float* us = rows_of(u, count, 1, "u");
    const float* vs = rows_of(v, count, 1, "v");
    const float* rays = rows_of(directions, count, 3, "directions");
    Ints mesh(count);
    Floats position = floats(count, 3), flat_normal = floats(count, 3), normal = floats(count, 3);
    Floats uv = floats(count, 2), uv_per_m = floats(count);
    Bools front(count);
    std::int32_t* mesh_out = mesh.mutable_data();
    float *position_out = position.mutable_data(), *flat_out = flat_normal.mutable_data();
    float *normal_out = normal.mutable_data(), *uv_out = uv.mutable_data();
    float* uv_per_m_out = uv_per_m.mutable_data();
    bool* front_out = front.mutable_data();
    {
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            const std::int32_t* corner = corners + 3 * hits[i];
            const float* a = vertex + VERTEX_WIDTH * corner[0];
            const float* b = vertex + VERTEX_WIDTH * corner[1];
            const float* c = vertex + VERTEX_WIDTH * corner[2];
            const auto at = [&](int k) { return a[k] + us[i] * (b[k] - a[k]) + vs[i] * (c[k] - a[k]); };
            const Vec3 ray = Vec3::load(rays + 3 * i);
            const Vec3 out = cross(Vec3::load(b) - Vec3::load(a), Vec3::load(c) - Vec3::load(a));
            const float twice_area = std::max(length(out), 1e-30f);
            const float cosine = dot(out, ray) / twice_area;
            const Vec3 flat = out * (1 / std::copysign(twice_area, -cosine));
            Vec3 shading{at(3), at(4), at(5)};
            shading = dot(shading, shading) > MIN_NORMAL_SQUARED ? unit(shading) : flat;
            if (dot(shading, flat) < 0) {
                shading = -shading;
            }
            const float slant = std::max(std::fabs(cosine) / length(ray), MIN_COSINE_OF_FOOTPRINT);
            const float twice_uv_area =
                std::fabs((b[6] - a[6]) * (c[7] - a[7]) - (b[7] - a[7]) * (c[6] - a[6]));
            mesh_out[i] = meshes[hits[i]];
            Vec3{at(0), at(1), at(2)}.store(position_out + 3 * i);
            flat.store(flat_out + 3 * i);
            shading.store(normal_out + 3 * i);
            uv_out[2 * i] = at(6);
            uv_out[2 * i + 1] = at(7);
            uv_per_m_out[i] = std::sqrt(twice_uv_area / twice_area / slant);
            front_out[i] = cosine < 0;
        }
    }
    return py::make_tuple(mesh, position, flat_normal, normal, uv, uv_per_m, front);
}

}  // namespace vitrine
