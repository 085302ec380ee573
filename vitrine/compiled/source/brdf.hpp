// The BRDF of glTF 2.0 (appendix B), integrated over filtered light; what it computes is described in `brdf.py`.
#pragma once

#include "environment.hpp"

namespace vitrine {

constexpr float MIN_COSINE = 0.02f;
constexpr float MIN_ROUGHNESS = 0.05f;
constexpr float DIELECTRIC_F0 = 0.04f;

// Scale and bias of the split sum, looked up in a table of `steps` roughnesses by `steps` cosines.
struct AlbedoTable {
    const float* values;
    int steps;

    const float* at(float cosine, float roughness) const {
        const int row = static_cast<int>(roughness * static_cast<float>(steps - 1) + 0.5f);
        const int column = static_cast<int>(cosine * static_cast<float>(steps - 1) + 0.5f);
        return values + 2 * (row * steps + column);
    }
};

// Part of even light that is reflected once, and the part that is reflected several times.
struct Scattered {
    float single, multiple;

    Scattered(float scale, float bias, float f0, float f90) {
        single = f0 * scale + f90 * bias;
        const float lost = 1 - scale - bias;
        const float average = f0 + (1 - f0) / 21;
        multiple = single * average / (1 - lost * average) * lost;
    }
};

inline float specular_occlusion(float cosine, float visible, float roughness) {
    if (visible == 1) {
        return 1;
    }
    return clamp(std::pow(cosine + visible, std::exp2(-16 * roughness - 1)) - 1 + visible, 0, 1);
}

inline float interreflected(float visible, float albedo) {
    if (visible == 1) {
        return 1;
    }
    const float a = 2.0404f * albedo - 0.3324f, b = -4.7951f * albedo + 0.6417f, c = 2.7552f * albedo + 0.6903f;
    return std::max(visible, ((visible * a + b) * visible + c) * visible);
}

// The direction from which a lobe receives most light: rough ones are tilted towards the normal.
inline Vec3 mirror_direction(Vec3 view, Vec3 normal, float roughness) {
    const Vec3 mirror = normal * (2 * dot(view, normal)) - view;
    const float squared = roughness * roughness;
    return unit(mirror + (normal - mirror) * (squared * squared));
}

inline float glossy_light(const FilteredLight& light, const Axes& axes, Vec3 view, Vec3 normal, float cosine,
                          float roughness, float visible) {
    const Vec3 mirror = axes.local(mirror_direction(view, normal, roughness));
    return light.specular(mirror, roughness) * specular_occlusion(cosine, visible, roughness);
}

// Unit normals, tilted towards the viewer where they face away, their cosines to the viewer, and the views.
inline py::tuple face_viewer(const Floats& normals, const Floats& directions) {
    const py::ssize_t count = normals.shape(0);
    const float* normal = rows_of(normals, count, 3, "normals");
    const float* ray = rows_of(directions, count, 3, "directions");
    Floats facing = floats(count, 3), cosines = floats(count), views = floats(count, 3);
    float *facing_out = facing.mutable_data(), *cosine_out = cosines.mutable_data();
    float* view_out = views.mutable_data();
    {
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            const Vec3 view = -unit(Vec3::load(ray + 3 * i));
            Vec3 n = Vec3::load(normal + 3 * i);
            float cosine = dot(n, view);
            if (cosine < MIN_COSINE) {
                n = unit(n + view * (MIN_COSINE - cosine));
                cosine = dot(n, view);
            }
            n.store(facing_out + 3 * i);
            view.store(view_out + 3 * i);
            cosine_out[i] = clamp(cosine, MIN_COSINE, 1);
        }
    }
    return py::make_tuple(facing, cosines, views);
}

// The light of glossy lobes, (n,).
inline Floats glossy(const FilteredLight& light, const Floats& axes, const Floats& views, const Floats& normals,
                     const Floats& cosines, const Floats& roughness, const Floats& visible) {
    const py::ssize_t count = views.shape(0);
    const Axes to_light(axes);
    const float* view = rows_of(views, count, 3, "views");
    const float* normal = rows_of(normals, count, 3, "normals");
    const float* cosine = rows_of(cosines, count, 1, "cosines");
    const float* rough = rows_of(roughness, count, 1, "roughness");
    const float* seen = rows_of(visible, count, 1, "visible");
    Floats result = floats(count);
    float* out = result.mutable_data();
    py::gil_scoped_release release;
    for (py::ssize_t i = 0; i < count; ++i) {
        out[i] = glossy_light(light, to_light, Vec3::load(view + 3 * i), Vec3::load(normal + 3 * i), cosine[i],
                              rough[i], seen[i]);
    }
    return result;
}

// What points reflect; see `kernels.pyi` for the arguments and results.
inline py::tuple reflect_light(const FilteredLight& light, const Floats& axes, const Floats& albedo_table,
                               const Floats& views, const Floats& normals, const Floats& cosines,
                               const Floats& lobe_normals, const Floats& colors, const Floats& metallic,
                               const Floats& roughness, const Floats& occlusion, const Floats& ambient,
                               const Floats& key_visibility, const py::object& f0, const py::object& f90,
                               const py::object& dielectric_f0) {
    const py::ssize_t count = views.shape(0);
    const Axes to_light(axes);
    const int steps = static_cast<int>(std::lround(std::sqrt(static_cast<double>(albedo_table.shape(0)))));
    const AlbedoTable table{rows_of(albedo_table, static_cast<py::ssize_t>(steps) * steps, 2, "albedo_table"),
                            steps};
    const float* view_in = rows_of(views, count, 3, "views");
    const float* normal_in = rows_of(normals, count, 3, "normals");
    const float* lobe_in = rows_of(lobe_normals, count, 3, "lobe_normals");
    const float* color_in = rows_of(colors, count, 3, "colors");
    const float* cosine_in = rows_of(cosines, count, 1, "cosines");
    const float* metallic_in = rows_of(metallic, count, 1, "metallic");
    const float* roughness_in = rows_of(roughness, count, 1, "roughness");
    const float* occlusion_in = rows_of(occlusion, count, 1, "occlusion");
    const float* ambient_in = rows_of(ambient, count, 1, "ambient");
    const float* key_in = rows_of(key_visibility, count, 1, "key_visibility");
    Floats kept_f0, kept_f90, kept_dielectric;
    const float* f0_in = optional_rows_of(f0, kept_f0, count, 3, "f0");
    const float* f90_in = optional_rows_of(f90, kept_f90, count, 1, "f90");
    const float* dielectric_in = optional_rows_of(dielectric_f0, kept_dielectric, count, 3, "dielectric_f0");
    Floats diffuse = floats(count, 3), specular = floats(count, 3), even = floats(count, 3);
    Floats below = floats(count, 1), visible = floats(count, 1);
    float *diffuse_out = diffuse.mutable_data(), *specular_out = specular.mutable_data();
    float *even_out = even.mutable_data(), *below_out = below.mutable_data();
    float* visible_out = visible.mutable_data();
    {
        py::gil_scoped_release release;
        for (py::ssize_t i = 0; i < count; ++i) {
            const Vec3 view = Vec3::load(view_in + 3 * i), normal = Vec3::load(normal_in + 3 * i);
            const Vec3 color = Vec3::load(color_in + 3 * i);
            const float metal = metallic_in[i], cosine = cosine_in[i];
            const float rough = clamp(roughness_in[i], MIN_ROUGHNESS, 1);
            const float *split = table.at(cosine, rough), scale = split[0], bias = split[1];
            const Vec3 albedo = color * (1 - metal);
            const Vec3 dielectric = dielectric_in ? Vec3::load(dielectric_in + 3 * i) : Vec3::all(DIELECTRIC_F0);
            const Vec3 head_on = f0_in ? Vec3::load(f0_in + 3 * i) : dielectric * (1 - metal) + color * metal;
            const float grazing = f90_in ? f90_in[i] : 1.0f;
            const Scattered coat(scale, bias, dielectric.largest(), grazing);
            const float passes = 1 - std::min(coat.single + coat.multiple, 1.0f);
            const float occluded = occlusion_in[i];
            const float seen = std::min(ambient_in[i], occluded);
            const auto [unshadowed, others] = light.diffuse(to_light.local(normal));
            const float key = unshadowed * std::min(key_in[i], occluded);
            const float gloss =
                glossy_light(light, to_light, view, Vec3::load(lobe_in + 3 * i), cosine, rough, seen);
            const float channels[] = {albedo.x, albedo.y, albedo.z};
            const float reflectance[] = {head_on.x, head_on.y, head_on.z};
            for (int k = 0; k < 3; ++k) {
                const float dome = std::min(interreflected(ambient_in[i], channels[k]), occluded);
                const float arriving = others * dome + key;
                const Scattered part(scale, bias, reflectance[k], grazing * (1 - metal) + metal);
                diffuse_out[3 * i + k] = channels[k] * passes * arriving;
                specular_out[3 * i + k] = gloss * part.single + part.multiple * arriving;
                even_out[3 * i + k] = arriving;
            }
            below_out[i] = passes;
            visible_out[i] = seen;
        }
    }
    return py::make_tuple(diffuse, specular, even, below, visible);
}

}  // namespace vitrine
