#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "progress/series_file.h"
#include "progress/tracker.h"

namespace sennit::progress {
namespace {

Instant second(std::int64_t number) { return Instant::from_unix_us(1'700'000'000'000'000 + number * 1'000'000); }

NamedPoint point_of(const std::string& name, double value, std::int64_t at) {
  NamedPoint one{name, {}};
  one.point.add(value, static_cast<double>(at), second(at));
  return one;
}

class SeriesFiles : public ::testing::Test {
 protected:
  SeriesFiles() { std::filesystem::remove_all(dir_); }
  ~SeriesFiles() override { std::filesystem::remove_all(dir_); }
  const std::string dir_ = ::testing::TempDir() + "/series-" + std::to_string(::getpid());
  const std::string path_ = dir_ + "/task/0/series";

  std::vector<Series> stored() {
    Result<std::vector<Series>> series = read_series(path_);
    EXPECT_TRUE(series.ok()) << (series ? "" : series.error().message());
    return series ? *series : std::vector<Series>();
  }
};

TEST(Points, KnowMeanAndBounds) {
  Point point;
  for (const double value : {1.0, 5.0, 3.0}) point.add(value, 7, second(1));
  EXPECT_EQ(point.count, 3U);
  EXPECT_DOUBLE_EQ(point.mean, 3);
  EXPECT_EQ(point.min, 1);
  EXPECT_EQ(point.max, 5);
  EXPECT_EQ(point.last, 3);
}

TEST(Points, WhatIsNoNumberIsTheLastAndNothingElse) {
  Point point;
  point.add(2, 1, second(1));
  point.add(std::numeric_limits<double>::infinity(), 2, second(2));
  point.add(std::numeric_limits<double>::quiet_NaN(), 3, second(3));
  EXPECT_TRUE(std::isnan(point.last));
  EXPECT_EQ(point.mean, 2);
  EXPECT_EQ(point.max, 2);
  EXPECT_EQ(point.count, 3U);
  EXPECT_EQ(point.finite, 1U);
}

TEST(Points, ThinnedTheyAreOfTheSameTimeAndTheSameValues) {
  Series series{"loss", {}};
  for (int i = 0; i < 5000; ++i) series.points.push_back(point_of("loss", i % 10, i).point);
  const Series few{"loss", thinned(series.points, 100)};
  EXPECT_LE(few.points.size(), 100U);
  EXPECT_GE(few.points.size(), 99U);
  EXPECT_EQ(few.whole().count, 5000U);
  EXPECT_NEAR(few.whole().mean, 4.5, 1e-9);
  EXPECT_EQ(few.points.front().first_at, second(0));
  EXPECT_EQ(few.points.back().at, second(4999));
  EXPECT_EQ(few.points.back().last, 9);
}

TEST(Points, AClockThatWasSetBackDoesNoHarm) {
  std::vector<Point> points;
  for (int i = 0; i < 100; ++i) points.push_back(point_of("x", i, i < 50 ? 1000 + i : i).point);
  EXPECT_LE(thinned(points, 10).size(), 10U);
}

TEST_F(SeriesFiles, NothingIsMadeBeforeThereIsSomething) {
  SeriesFile file(path_);
  file.append({});
  EXPECT_FALSE(std::filesystem::exists(dir_));
  EXPECT_FALSE(read_series(path_).ok());
}

TEST_F(SeriesFiles, WhatWasAppendedIsRead) {
  SeriesFile file(path_);
  file.append({point_of("loss", 0.5, 1), point_of("step", 1, 1)});
  file.append({point_of("loss", 0.25, 2)});
  const std::vector<Series> series = stored();
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].name, "loss");
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[1].last, 0.25);
  EXPECT_EQ(series[0].points[1].at, second(2));
  EXPECT_EQ(series[0].points[1].step, 2);
  EXPECT_EQ(series[1].points.size(), 1U);
}

TEST_F(SeriesFiles, StaySmallHoweverLongATaskGoesOn) {
  SeriesFile file(path_);
  for (int i = 0; i < 20000; ++i) file.append({point_of("loss", 1, i), point_of("step", i, i)});
  const std::vector<Series> series = stored();
  ASSERT_EQ(series.size(), 2U);
  EXPECT_LE(series[0].points.size(), kMostPoints);
  EXPECT_GE(series[0].points.size(), kMostPoints / 2 - 2);
  EXPECT_EQ(series[0].whole().count, 20000U);
  EXPECT_EQ(series[1].points.back().last, 19999);
  EXPECT_LT(std::filesystem::file_size(path_), 200'000U);
}

TEST_F(SeriesFiles, ATornRecordIsIgnoredAndOverwritten) {
  SeriesFile(path_).append({point_of("loss", 0.5, 1)});
  const auto whole = std::filesystem::file_size(path_);
  std::ofstream(path_, std::ios::app) << "half a record";
  EXPECT_EQ(stored()[0].points.size(), 1U);
  SeriesFile next(path_);
  EXPECT_EQ(next.load().size(), 1U);
  next.append({point_of("loss", 0.25, 2)});
  ASSERT_EQ(stored().size(), 1U);
  EXPECT_EQ(stored()[0].points.size(), 2U);
  EXPECT_EQ(std::filesystem::file_size(path_), whole + 72);
}

TEST_F(SeriesFiles, AForeignFileIsToldFromOurs) {
  std::filesystem::create_directories(dir_ + "/task/0");
  std::ofstream(path_) << "something else entirely";
  const auto series = read_series(path_);
  ASSERT_FALSE(series.ok());
  EXPECT_EQ(series.error().code(), ErrorCode::kCorrupt);
}

TEST(Tracking, NewsAreTakenOnce) {
  Tracker tracker;
  Readings readings;
  readings.add("step", 3);
  readings.add("total", 10);
  tracker.take(readings, second(1));
  tracker.take(readings, second(2));
  EXPECT_TRUE(tracker.has_news());
  const auto news = tracker.take_news();
  ASSERT_EQ(news.size(), 3U) << "a total that stays says nothing new";
  EXPECT_EQ(news[0].point.count, 1U);
  EXPECT_EQ(news[0].point.step, 3);
  EXPECT_EQ(news[1].name, "step");
  EXPECT_EQ(news[2].name, "total");
  EXPECT_FALSE(tracker.has_news());
  EXPECT_TRUE(tracker.take_news().empty());
  EXPECT_EQ(tracker.latest().size(), 2U);
}

TEST(Tracking, OfManyNewsNeighboursBecomeOne) {
  Tracker tracker;
  for (int i = 0; i < 1000; ++i) {
    Readings readings;
    readings.add("loss", i);
    tracker.take(readings, second(i));
  }
  const auto news = tracker.take_news();
  EXPECT_LE(news.size(), Tracker::kMostNews);
  EXPECT_GE(news.size(), Tracker::kMostNews / 2);
  Series series{"loss", {}};
  for (const NamedPoint& one : news) series.points.push_back(one.point);
  EXPECT_EQ(series.whole().count, 1000U);
  EXPECT_EQ(series.points.front().min, 0);
  EXPECT_EQ(series.points.back().last, 999);
  EXPECT_EQ(series.points[0].count, series.points[1].count);
}

TEST(Tracking, NamesAreBounded) {
  Tracker tracker;
  for (int i = 0; i < 1000; ++i) {
    Readings readings;
    const std::string name = "n" + std::to_string(i);
    readings.add(name, i);
    tracker.take(readings, second(i));
  }
  EXPECT_EQ(tracker.latest().size(), Tracker::kMostNames);
  EXPECT_EQ(tracker.latest().front().name, "n0");
}

}  // namespace
}  // namespace sennit::progress
