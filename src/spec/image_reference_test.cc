#include "spec/image_reference.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(ImageReference, DockerHubIsTheRegistryOfImagesWithoutOne) {
  EXPECT_EQ(parse_image("alpine")->manifest_url(),
            "https://registry-1.docker.io:443/v2/library/alpine/manifests/latest");
  EXPECT_EQ(parse_image("me/app:1")->scope(), "registry-1.docker.io/me/app");
  EXPECT_EQ(parse_image("docker.io/app")->scope(), "registry-1.docker.io/app") << "library only where no host is given";
}

TEST(ImageReference, AHostHasADotOrAPortOrIsLocalhost) {
  EXPECT_EQ(parse_image("host:5000/a/b")->scope(), "host:5000/a/b");
  EXPECT_EQ(parse_image("localhost/a")->host, "localhost");
  EXPECT_EQ(parse_image("A.b/c")->host, "A.b");
  EXPECT_EQ(parse_image("host/a")->name, "host/a");
  EXPECT_EQ(parse_image("a..b/c")->name, "a..b/c");
}

TEST(ImageReference, ADigestWinsOverATag) {
  const std::optional<ImageReference> image = parse_image("app:1@sha256+b64u:ab");
  ASSERT_TRUE(image);
  EXPECT_EQ(image->tag, "1");
  EXPECT_EQ(image->manifest_url(), "https://registry-1.docker.io:443/v2/library/app/manifests/sha256+b64u:ab");
  EXPECT_EQ(parse_image("app@sha256:ab")->tag, std::nullopt);
  for (const char* bad : {"", "App", "app:", "app@", "app@sha256", "app@sha256:xy", "app:a:b", "app/", "/app", " app",
                          "http://host.io/app", "host.io:123456/app", "app\n"})
    EXPECT_FALSE(parse_image(bad)) << bad;
}

TEST(RegistryScope, HasOneForm) {
  for (const char* hub : {"", "docker.io", " docker.io/ ", "registry-1.docker.io:443"})
    EXPECT_EQ(normalised_registry_scope(hub), "registry-1.docker.io") << hub;
  EXPECT_EQ(normalised_registry_scope("host.io:443/team/"), "host.io/team");
  EXPECT_EQ(normalised_registry_scope("host.io:5000"), "host.io:5000");
}

TEST(RegistryScope, CoversWholePartsOnly) {
  const ImageReference image = *parse_image("host.io/team/app:1");
  EXPECT_TRUE(covers_image("host.io", image));
  EXPECT_TRUE(covers_image("host.io/team", image));
  EXPECT_TRUE(covers_image("host.io/team/app", image));
  EXPECT_FALSE(covers_image("host.io/team/ap", image));
  EXPECT_FALSE(covers_image("host.i", image));
  EXPECT_FALSE(covers_image("host.io/team/app/x", image));
}

}  // namespace
}  // namespace sennit::spec
