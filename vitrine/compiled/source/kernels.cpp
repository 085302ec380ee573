// The module `vitrine.compiled.kernels`; its functions are documented in `kernels.pyi`.
// All of them release the GIL, and nothing in them depends on the number of threads.
#include <pybind11/stl.h>

#include "brdf.hpp"
#include "components.hpp"
#include "coverage.hpp"
#include "differences.hpp"
#include "environment.hpp"
#include "halving.hpp"
#include "mesh.hpp"
#include "occlusion.hpp"
#include "pixels.hpp"
#include "proximity.hpp"
#include "surface_hit.hpp"
#include "texels.hpp"
#include "visible.hpp"

PYBIND11_MODULE(kernels, module) {
    using namespace vitrine;
    using py::arg;

    module.attr("DIELECTRIC_F0") = DIELECTRIC_F0;
    module.attr("MIN_ROUGHNESS") = MIN_ROUGHNESS;
    module.def("connected_components", &connected_components);
    module.def("sort_half_edges", &sort_half_edges);
    module.def("cover_texels", &cover_texels);
    module.def("face_normals", &face_normals);
    module.def("sum_at_vertices", &sum_at_vertices);
    module.def("part_bounds", &part_bounds);
    module.def("part_volumes", &part_volumes);
    module.def("image_ssim", &image_ssim);
    module.def("mean_angle_deg", &mean_angle_deg);
    module.def("over_grey", &over_grey);
    module.def("camera_rays", &camera_rays);
    module.def("visible_triangles", &visible_triangles);
    module.def("interpolate", &interpolate);
    module.def("halve_texels", &halve_texels);
    module.def("halve_masked_texels", &halve_masked_texels);
    module.def("sample_texels", &sample_texels);
    module.def("sample_directions", &sample_directions);
    module.def("face_viewer", &face_viewer);
    module.def("glossy", &glossy);
    module.def("reflect_light", &reflect_light, arg("light"), arg("axes"), arg("albedo_table"), py::kw_only(),
               arg("views"), arg("normals"), arg("cosines"), arg("lobe_normals"), arg("colors"), arg("metallic"),
               arg("roughness"), arg("occlusion"), arg("ambient"), arg("key_visibility"), arg("f0"), arg("f90"),
               arg("dielectric_f0"));
    module.def("upsample_visibility", &upsample_visibility);
    module.def("blur_visibility", &blur_visibility);
    module.def("tone_map", &tone_map);
    module.def("encode_pixels", &encode_pixels);
    py::class_<FilteredLight>(module, "FilteredLight")
        .def(py::init<const Floats&, int, const std::vector<Floats>&, const std::vector<int>&>())
        .def("diffuse", &diffuse_light)
        .def("specular", &specular_light);
    py::class_<TriangleTree>(module, "TriangleTree")
        .def(py::init<const Floats&, const Ints&>())
        .def("distance", &TriangleTree::distance);
    py::class_<Paths>(module, "Paths")
        .def(py::init<py::ssize_t, int>())
        .def("add", &Paths::add)
        .def("image", &Paths::image);
}
